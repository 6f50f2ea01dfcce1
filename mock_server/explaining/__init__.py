"""Why a request was answered as it was, and what would have passed."""
