#!/bin/sh
# Long polling with nothing but curl: each answer comes as soon as there is something, and says where the next question goes on.
url=${LATIDO_URL:-http://localhost:3000}
after=0
while :; do
  answer=$(curl -sS --fail-with-body -m 40 -H "Authorization: Bearer $LATIDO_TOKEN" "$url/api/v1/inbox?after=$after&wait=25") || {
    echo "$answer" >&2
    sleep 2
    continue
  }
  echo "$answer"
  # The cursor of the answer itself is its last one.
  next=$(printf '%s' "$answer" | grep -o '"cursor":"[^"]*"' | tail -n 1 | cut -d '"' -f 4)
  after=${next:-$after}
done
