"""Who is compared with whom, and what is known of them."""
