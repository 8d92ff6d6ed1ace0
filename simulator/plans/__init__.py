"""Plans: which queries run how often, simulated until budgets are exhausted; with errors, costs and advice.

    forecast(loaded.plan, rooms, mode=Mode.AWS)

Nothing here draws on a real budget: the ledger is only read, and noise is only computed.
"""
