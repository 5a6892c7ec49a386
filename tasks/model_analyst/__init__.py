"""The analyst that is a vision model: asked within a budget, remembered, and not believed."""
