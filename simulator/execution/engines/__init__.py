"""The engines that run SQL, what one run may take of the machine, and what they tell before they read a row."""
