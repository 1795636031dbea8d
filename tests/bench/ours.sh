#!/bin/sh
# ours.sh BIN start|wipe: how bench.sh drives our program. start finds MODE, SINK, PORT, CERT, KEY and SPOOL in its environment.
bin=$1 here=$(cd "$(dirname "$0")" && pwd)
work=${OURS:-/var/cache/sendmail-net/ours}
case $2 in
start)
    mode=background; [ "$MODE" = queue ] && mode=queueonly
    mkdir -p "$work" "$SPOOL/queue" && chmod 755 "$work" "$SPOOL" && chmod 700 "$SPOOL/queue"
    install -m 644 "$CERT" "$work/cert.pem"; install -m 600 "$KEY" "$work/key.pem"
    tls="O CACertFile=$work/cert.pem\nO CACertPath=$work\nO ServerCertFile=$work/cert.pem\nO ServerKeyFile=$work/key.pem"
    [ "$MODE" = tlsout ] || tls="$tls\nO ClientPortOptions=Family=inet, M=S"
    sed -e "s|O QueueDirectory=.*|O QueueDirectory=$SPOOL/queue|;s|@DIR@|$work|g;s|@MODE@|$mode|;s|@USER@|root|g;s|@UID@|0|;s|@GID@|0|;s|@PORT@|$PORT|;s|@SINKPORT@|${SINK##*:}|g" \
        -e "s|\[127.0.0.1\]|[${SINK%%:*}]|g;s|@RULES@||;s|@OPTIONS@|$tls|;s|O LogLevel=9|O LogLevel=9\nO ConnectionCacheSize=64|" "$here/../system/relay.cf.in" >"$work/$MODE.cf"
    ln -sf "$MODE.cf" "$work/current.cf"
    exec "$bin/sendmail" -bD -C "$work/$MODE.cf" ;;
wipe) rm -f "${SPOOL:?}"/queue/* ;;
esac
