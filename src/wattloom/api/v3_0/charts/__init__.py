"""The chart family: what graphs of assets and sensors show, as data and as specifications."""
