COPY switchboard.tally (seq, queue, received, unsure) FROM STDIN (FORMAT binary)
