"""What stands between the network and the routes: pure ASGI guards that know nothing of debates."""
