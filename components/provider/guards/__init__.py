"""What is refused to protect live resources, and those that depend on them."""
