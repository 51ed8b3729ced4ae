"""The dialog that deactivates a selection of patrons together, with its effect on show before anything is done."""
