"""Readers of the files the ledger is fed from: EN 16931 e-invoices in UBL 2.1, our CSV, and ISO 20022 bank statements."""
