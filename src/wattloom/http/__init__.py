"""What the API and the pages share: services, transactions, who is calling.

Handlers state what they need by naming these dependencies in their signature.
"""
