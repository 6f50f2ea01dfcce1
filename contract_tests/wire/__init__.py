"""What goes over the wire: a request, its answer, the line that carries both, and curl."""
