"""`python -m tenant`: see tenant.serve."""

from tenant.serve import main

if __name__ == "__main__":
    main()
