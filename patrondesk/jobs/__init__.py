"""Long work: a ticket that carries progress and a wish to stop, and the runs that use it. No Qt."""
