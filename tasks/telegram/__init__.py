"""What the owner sees and does on the phone, in the desk's own words."""
