"""Clearline: the billing-support assistant of a Microsoft CSP partner."""
