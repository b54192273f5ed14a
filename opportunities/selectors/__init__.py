"""Shapes of deals that screens read."""

from opportunities.selectors.record import Need, Person, Step, Sums, needs_of, opportunity_page, sums_of

__all__ = ["Need", "Person", "Step", "Sums", "needs_of", "opportunity_page", "sums_of"]
