"""A stand-in for a model server: what OpenAI, or a server that speaks its wire, would answer.

It sees the pictures it is sent, so a picture that was dropped or spoiled on the way is noticed;
it can be told to fail in every way such servers fail. It imports nothing of the rest of the
project and nothing imports it: it is started as a process.
"""
