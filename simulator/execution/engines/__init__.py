"""The engines that run SQL, the limits of one run, and the plans that engines show before they read a row."""
