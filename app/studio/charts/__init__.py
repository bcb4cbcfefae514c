"""Parts that the studio's charts share; a chart is a pure function from an answer to a picture and its table."""
