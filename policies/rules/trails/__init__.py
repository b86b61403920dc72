"""How the record of what people and programs do in the account is made and kept."""
