"""Models that speak the OpenAI wire: `client.connect_model` and `model.Model` are the way in."""
