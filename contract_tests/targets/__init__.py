"""What is proved: a stub of ours with its control plane, or any deployment behind a URL."""
