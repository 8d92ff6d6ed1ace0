"""Plans: who asks what how often, played forward until budgets are gone; with errors, money and advice.

    forecast(loaded.plan, rooms, mode=Mode.AWS)

Nothing here draws on a real budget: the ledger is only read, and noise is only computed.
"""
