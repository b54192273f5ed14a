"""What every endpoint shares: JSON in and out, who asks, refusals, shapes of bodies, the base viewsets, the schema.

Import from its modules: settings name some of them, and the framework reads those while it is still loading.
"""
