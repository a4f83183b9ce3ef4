"""What others deploy with: the image, the compose file and what platforms read."""
