"""The database: tables, repositories and transactions. No other package uses SQL."""
