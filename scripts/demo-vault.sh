#!/bin/sh
# A .env moves into a vault, a program runs with it, and the file is gone. In a scratch home; nothing of yours is touched.
# Usage: scripts/demo-vault.sh PROGRAM
set -eu
execkit=$1
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT INT TERM
export HOME="$home" EXECKIT_HOME="$home/vault"
mkdir "$home/shop"
cd "$home/shop"
git init -q .
cat > .env <<'ENV'
# of the payment provider
PAYMENT_KEY="a made-up value, with spaces and a # sign"
DATABASE_URL=postgres://shop:not-a-real-one@127.0.0.1/shop
ENV
# A person types it; here it comes through a descriptor. It is no argument and no variable.
password='four words make a password'
say() { printf '\n$ %s\n' "$*"; }
with_password() { "$execkit" "$@" --password-fd 3 3<<PASSWORD
$password
PASSWORD
}

printf '\n## A .env becomes a vault\n'
say "cat .env" && cat .env
say "execkit init"; with_password init --name shop --no-import
say "execkit import --delete-source" && with_password import --delete-source .env
say "ls -a" && ls -a
say "execkit list" && "$execkit" list
say "execkit run -- sh -c 'echo \"\$PAYMENT_KEY\" | wc -c'"
"$execkit" run --password-fd 3 -- sh -c 'echo "$PAYMENT_KEY" | wc -c' 3<<PASSWORD
$password
PASSWORD
say "grep -r 'made-up value' ."
if grep -r 'made-up value' "$home"; then
    echo "A value lies on the disk in the clear." >&2
    exit 1
fi
echo "(nothing: no byte of it lies on the disk)"
say "execkit log" && "$execkit" log
say "execkit vault check" && with_password vault check
