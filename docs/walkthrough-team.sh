#!/bin/sh
# Two people, two machines, one vault and no server: a stick, conflicts, a remote, a device put out, the last one lost.
# Usage: docs/walkthrough-team.sh [FOLDER]   (BREACHCASE names the program, default ./run)
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
program=${BREACHCASE:-$here/run}
twin=$here/tui/sample
place=${1:-$(mktemp -d)}
memory=${BREACHCASE_WALKTHROUGH_MEMORY:-256}
zone='[Europe/London]'
cd "$place"
mkdir -p stick far

printf 'fictional words of a responder\n' > ann.pass
printf 'fictional words of a colleague\n' > ben.pass
printf 'fictional words for a new laptop\n' > new.pass
chmod 600 ./*.pass

# each machine remembers by itself what it has seen, and has its own folder for what goes to a remote
machine() {
    name=$1 && shift
    XDG_STATE_HOME="$place/$name.state" XDG_CACHE_HOME="$place/$name.cache" \
        "$program" --vault "$place/$name" --passphrase-file "$name.pass" "$@"
}
ann() { machine ann "$@"; }
ben() { machine ben "$@"; }
new() { machine new "$@"; }
say() { printf '\n== %s\n' "$*"; }
told() { sed -n "s/^$1 *//p" "$2" | head -n 1; } # what was said on standard error under a word
look() { "$@" || printf '(exit %s: look at it)\n' "$?"; }
same() { # whether two machines have the same history of the case, change by change
    "$1" log staff-records > "$1.log"
    "$2" log staff-records > "$2.log"
    cmp "$1.log" "$2.log"
    echo "$1 and $2 have the same case: $(wc -l < "$1.log") changes"
}

say 'a vault, and a case in it'
ann vault init --role controller --organisation 'Northmoor Training Agency' --person 'A. Responder' \
    --zone Europe/London --kdf-memory "$memory" --recovery-file ann.recovery 2> ann.said
cat ann.said
ann new 'Staff records at a training supplier'
ann edit staff-records --from "$twin/twin-initial.json" \
    --set 'consequences=Nobody knows who has the files. Fraud is possible. No harm was reported. The folder is closed. We watch for more.'
look ann sync stick

say 'a colleague clones it from the stick by the number on the sheet, and reads another number aloud'
ben vault clone stick --number "$(told 'vault number' ann.said)" --person 'B. Colleague' \
    --kdf-memory "$memory" > ben.card 2> ben.said
cat ben.said
ann team add "$(cat ben.card)" --role responder --number "$(told number ben.said)" > ben.device
ann sync stick
ben sync stick

say 'both work on it offline: one time, a box each, a line of a list each, one text'
ann edit staff-records --set "discovered=2019-12-18T16:42$zone" \
    --set 'data_categories=Identification data, eg usernames, passwords; Other (please give details below); Location data' \
    --set 'others_told_which=Police cyber crime unit (Northmoor); Northmoor Shared Services Authority; Public Training Inspectorate; Northmoor Bank' \
    --set 'consequences=Nobody knows who has the files. Fraud against staff is possible. No harm was reported. The folder is closed. We watch for more.'
ben edit staff-records --set "discovered=2019-12-18T17:10$zone" \
    --set 'data_categories=Identification data, eg usernames, passwords; Other (please give details below); Health data' \
    --set 'others_told_which=Police cyber crime unit (Northmoor); Northmoor Shared Services Authority; Public Training Inspectorate; Northmoor Works Council' \
    --set 'consequences=Nobody knows who has the files. Fraud is possible. No harm was reported. The folder is closed. We watch for more, with the supplier.'

say 'the stick goes round: nothing is lost, and what contradicts itself is shown'
ann sync stick
look ben sync stick
ben show staff-records

say 'a person decides: one of the two times, and what puts both texts together'
ben resolve staff-records discovered --take 1
ben resolve staff-records consequences --proposal
ben sync stick
look ann sync stick
same ann ben

say 'too far for a stick: over a remote of rclone'
export RCLONE_CONFIG=/dev/null
remote=
if command -v rclone > /dev/null; then
    remote="rclone:office:$place/far" RCLONE_CONFIG_OFFICE_TYPE=local
    if rclone serve --help | grep -q '^ *s3 '; then
        mkdir -p far/bucket
        rclone serve s3 far --addr 127.0.0.1:0 --auth-key office,words 2> served.log &
        trap 'kill '$! EXIT
        while ! grep -q 'http://' served.log; do kill -0 $! && sleep 0.1; done
        RCLONE_CONFIG_OFFICE_ENDPOINT=$(sed -n 's/.*\(http:[^]]*\).*/\1/p' served.log)
        export RCLONE_CONFIG_OFFICE_PROVIDER=Rclone RCLONE_CONFIG_OFFICE_ENDPOINT \
            RCLONE_CONFIG_OFFICE_ACCESS_KEY_ID=office RCLONE_CONFIG_OFFICE_SECRET_ACCESS_KEY=words
        remote=rclone:office:bucket/vaults RCLONE_CONFIG_OFFICE_TYPE=s3
    fi
    export RCLONE_CONFIG_OFFICE_TYPE
fi
echo "${remote:-no rclone here: another folder stands for it}"
remote=${remote:-far}
look ann sync "$remote"
ben note staff-records 'The supplier has closed the folder.'
look ben sync "$remote"
ann sync "$remote"
same ann ben

say 'the colleague leaves: what that device writes from now on does not count'
ann team remove "$(cut -d ' ' -f 1 ben.device)" --reason 'left the office'
ann sync stick
ben note staff-records 'Written by somebody who has left.'
look ben sync stick
look ann sync stick
ann team ls > ann.team
cat ann.team
look ben note staff-records 'Once more, and refused.'

say 'then the only laptop is lost: the recovery key and the stick bring all of it back'
mv ann lost
new vault clone stick --number "$(told 'vault number' ann.said)" --person 'A. Responder' \
    --kdf-memory "$memory" --recovery-file ann.recovery
new team remove "$(sed -n 's/ .*(here)$//p' ann.team)" --reason 'lost on a train'
new log staff-records | cmp - ann.log
new vault rekey
look new sync stick
new team ls

say 'a case is held and not destroyed; then the hold is lifted and it is'
new new 'Memory stick in a drawer'
printf 'photograph of a drawer\n' > drawer.txt
new attach memory-stick drawer.txt
new hold memory-stick --reason 'a claim is pending'
look new shred memory-stick --reason 'kept long enough' --yes
new hold memory-stick --lift --reason 'the claim is settled'
new shred memory-stick --reason 'kept long enough' --now --yes
new ls --shredded

say 'everything is whole, here and in a backup; and no word of it can be read without a key'
new vault verify
new vault backup backup
look new doctor
for word in 'Staff records' 'Northmoor' 'Responder' 'Colleague' 'sub-processor' 'drawer' 'ico-2019' 'claim'; do
    if grep -rqaiF "$word" lost ben new stick far backup ./*.cache ./*.state; then
        echo "$word can be read" && exit 1
    fi
done
echo 'no word of a case in three vaults, a stick, a remote and a backup'
