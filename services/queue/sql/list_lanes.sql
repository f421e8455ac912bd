SELECT queue, lane FROM switchboard.lane ORDER BY queue, lane
