"""The partner's own ledger: customers, subscriptions, invoices, payments, and what follows from them."""
