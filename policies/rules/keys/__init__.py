"""Who may use and administer encryption keys, and how long they last."""
