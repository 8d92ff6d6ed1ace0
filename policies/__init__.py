"""Company rules about clean rooms."""
