"""Who can do what in an environment or a state: questions and answers, and the reviewed matrix."""
