"""Azure Container Registry: who may log in, for what, and what its tokens open. No images are in it.

service    the endpoints        tokens    what the registry signs and reads again        answers    its errors
scopes     what a token is for  access    who the bearer of an Entra token is, and what roles allow; pure, all of it
"""
