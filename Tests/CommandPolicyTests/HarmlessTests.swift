import CommandPolicy
import Testing

@Suite("Everyday commands")
struct HarmlessTests {
    /// What people run all day: the programs it starts, then `::`, then the command, with `␤` and `␉` for newline and
    /// tab.
    static let lines = ##"""
        git :: git status --short --branch
        git :: git log --oneline --graph --all -n 20
        git :: git commit -m "Fix the parser; rm the old one | done & dusted"
        git :: git commit -m 'Use $(pwd) and `ls` in docs'
        git :: git commit --allow-empty -m "Drop table users; --"
        git :: git add -A && git commit -m "wip" && git push origin HEAD
        git :: git diff HEAD~1 -- 'src/*.ts'
        git :: git checkout -b feature/rm-rf-guard
        git :: git rm -r --cached .
        git :: git clean -fdx
        git :: git rebase -i HEAD~3 --exec "make test"
        git :: git show HEAD:README.md > /tmp/readme
        git grep :: git ls-files | grep -v '^vendor/'
        git xargs wc :: git ls-files '*.swift' | xargs wc -l
        git sort uniq head :: git log --format='%an <%ae>' | sort | uniq -c | head -n 5
        git :: git tag -a v1.0 -m "Release 1.0 (rm -rf / is gone)"
        git echo :: git rev-parse --is-inside-work-tree >/dev/null 2>&1 && echo yes || echo no
        git :: BRANCH=$(git rev-parse --abbrev-ref HEAD)
        git cd :: cd "$(git rev-parse --show-toplevel)"
        git :: git stash push -m 'before; reboot'
        git :: git log --since="2 weeks ago" --author='O'\''Brien'
        git :: git config --global alias.co checkout
        git :: GIT_PAGER=cat git log -1
        git awk :: git diff --numstat | awk '{a+=$1; d+=$2} END {print a, d}'
        git sed :: git branch -vv | sed -n 's/: gone]/&/p'
        npm :: npm ci --no-audit
        npm :: npm run build -- --mode production
        npm npx :: npm install && npx tsc --noEmit
        npx :: npx prettier --check "src/**/*.{ts,tsx}"
        npm tee :: npm test 2>&1 | tee test.log
        npm :: NODE_ENV=production npm start
        node :: node -e 'console.log(process.version)'
        node :: node -e "require('fs').readdirSync('.').forEach(f => console.log(f))"
        node :: node --eval 'for (let i = 0; i < 3; i++) { console.log(`n ${i}`); }'
        yarn :: yarn add --dev eslint@8
        pnpm :: pnpm -r --filter './packages/*' build
        docker :: docker ps -a --format '{{.Names}}: {{.Status}}'
        docker :: docker build -t app:latest --build-arg X=1 -f docker/Dockerfile .
        docker :: docker run --rm -it -v "$PWD":/src -w /src node:20 npm test
        docker :: docker compose up -d --build
        docker xargs :: docker ps -aq | xargs docker stop
        docker jq :: docker inspect app | jq '.[0].State | {Status, Health: .Health.Status}'
        docker :: docker exec app sh -c 'ls /'
        docker :: docker run --rm alpine sh -c "echo hi; rm -rf /"
        docker grep :: docker logs app 2>&1 | grep -E 'error|warn'
        docker :: docker image prune -f
        python3 :: python3 -c 'import os; print(os.getcwd())'
        python3 :: python3 -c "import sys; print(sys.argv[1:])" 'a b' c
        python3 :: python3 -m venv .venv
        python :: python -m pytest -k "not slow and (a or b)" -x
        python3 :: python3 -c 'print("rm -rf /")'
        python3 :: python3 - <<'E'␤import shutil␤print("a; b | c")␤E
        python3 cat :: cat data.json | python3 -m json.tool
        source pip :: source .venv/bin/activate && pip install -r requirements.txt
        pip :: pip install 'requests[security]>=2.0'
        pip grep :: pip list | grep -i django
        jq :: jq -r '.items[] | select(.a > 1 and .b != null) | "\(.a)\t\(.b)"' f.json
        jq curl :: curl -s https://api.test/x | jq '.[] | .name'
        jq :: jq --arg v "$VERSION" '.version = $v' package.json > package.new
        jq :: jq -n '{a: 1, b: [1, 2, 3] | add}'
        awk :: awk -F: '$3 >= 1000 { print $1; next } { n++ } END { print n }' /etc/passwd
        awk :: awk 'BEGIN { while ((getline l < "f") > 0) print l }'
        awk sort :: awk '{ print $2 | "sort -n" }' f | sort
        awk :: awk "/rm -rf/ { print \$1 }" history.txt
        sed :: sed -i 's/foo/bar/g; s|/usr|/opt|' file.txt
        sed :: sed -e "s/'/\"/g" -e 's/"/\x27/g' f
        sed :: sed -n '/start/,/end/p' f
        sed :: sed 's/a\/b/c\;d/' f
        sed :: sed -E 's/(a|b)+/[\1]/g' < in > out
        sed :: sed '$!d' f
        sed :: sed "s/@V@/${VERSION:-0}/" t > u
        sed :: sed 's#^\#.*##' conf
        echo :: echo "rm -rf /"
        echo :: echo 'rm -rf / # no'
        echo :: echo rm -rf /
        echo :: echo "it's \"quoted\" \$HOME \`no\`"
        echo :: echo 'a|b;c&d' "e|f;g&h" i\|j\;k
        echo :: echo a\ b\ c \> d
        echo :: echo -e 'line1\nline2'
        echo :: echo ${HOME%/*} ${#PATH} ${x:-y} ${a[@]}
        echo :: echo $((1 + 2 * (3 - 1))) $((x << 2))
        echo :: echo {1..10} {a,b,c}.txt
        echo :: echo !$ '!!'
        echo :: echo done # rm -rf /
        echo :: echo a#b 'c # d' "e # f"
        echo :: echo $? $$ $! $# "$@" $* $-
        echo date :: echo "Today is $(date +%F)"
        echo date :: echo "Today is `date '+%F %T'`"
        echo hostname tr :: echo "$(hostname | tr a-z A-Z): ready"
        echo dirname basename :: echo "$(dirname "$f")/$(basename "$f" .c).o"
        echo :: echo ')' '(' "$((1))" ';;'
        echo :: echo "${x//\}/y}" "${y%%"}"*}"
        printf :: printf '%s\n' "a;b" 'c|d'
        printf :: printf '%d items (%s)\n' 3 "rm -rf ~"
        grep :: grep 'a|b;c' file
        grep :: grep -rn "TODO\|FIXME" --include='*.swift' Sources
        grep :: grep -E '^(rm|sudo) ' history.txt
        grep :: grep -c 'curl .* | sh' install.md
        grep :: grep -v "^#" /etc/fstab
        grep :: grep -o '"name": *"[^"]*"' f.json
        grep head :: grep -rl 'x' . | head
        rg :: rg -n 'fn (main|test)\(' -g '!target' src
        rg :: rg --files -g '*.{ts,tsx}'
        find :: find . -name '*.rm'
        find :: find . -type f -name 'rm -rf *'
        find :: find . \( -name node_modules -o -name .git \) -prune -o -type f -print
        find :: find / -name passwd -maxdepth 2
        find :: find . -name '*.o' -delete
        find grep :: find . -name '*.c' -exec grep -Hn main {} \;
        find chmod :: find build -type f -exec chmod 644 {} +
        find xargs tar :: find . -newer stamp -print0 | xargs -0 tar czf new.tgz
        find wc :: find . -name '*.py' | wc -l
        find sh mv :: find . -name '*.jpeg' -exec sh -c 'mv "$1" "${1%.jpeg}.jpg"' _ {} \;
        find sort tail :: find . -printf '%s %p\n' | sort -n | tail -5
        ls :: ls -la
        ls :: ls *.txt ?.c [a-z]*.h
        ls :: ls -l 2>/dev/null
        ls wc :: ls | wc -l
        ls :: ls "$HOME/my files"
        ls read : :: LC_ALL=C ls -1 | while read -r f; do :; done
        cat :: cat <<'E' > run.sh␤#!/bin/sh␤rm -rf /␤E
        cat :: cat <<E␤user: $USER␤path: ${PATH:-none}␤E
        cat date :: cat > f <<E␤built $(date)␤E
        cat :: cat <<-E␤␉indented; reboot␤␉E
        cat :: cat <<A <<B␤rm␤A␤halt␤B
        cat :: cat <<"E F"␤$(reboot) `halt`␤E F
        cat grep :: cat <<E | grep x␤a | b␤E
        cat :: cat < in > out 2>> err
        cat :: cat a b >| c
        cat :: cat <<< "a; reboot"
        cat sort :: cat <(sort a) <(sort b)
        tee :: tee notes.md <<'E'␤- run `make`; then $(check)␤E
        mkdir cd touch :: mkdir -p a/b && cd a/b && touch c
        mkdir :: mkdir -p src/{main,test}/{java,resources}
        cp :: cp -r src/. dest/
        cp :: cp a.txt{,.bak}
        mv :: mv old.txt new.txt
        rm :: rm -f build/*.o
        rm :: rm -rf ./build dist/ node_modules
        rm :: rm -rf "$TMP/work"
        rm :: rm -rf /tmp/build-1234
        ln :: ln -sfn ../a b
        chmod :: chmod +x scripts/*.sh
        chmod :: chmod -R u+rwX,go-w build
        chown :: chown -R app:app /srv/app/data
        tar :: tar -xzf a.tgz -C /tmp --strip-components=1
        tar ssh :: tar cz dir | ssh host 'tar xz -C /tmp'
        unzip :: unzip -o a.zip -d out
        rsync :: rsync -av --delete --exclude='.git' ./ host:/srv/app/
        scp :: scp -P 22 f user@host:/tmp/
        ssh uptime :: ssh user@host uptime
        ssh df grep :: ssh -p 2222 host 'df -h | grep /data'
        ssh-keygen :: ssh-keygen -t ed25519 -N '' -f key
        curl :: curl -fsSL https://x.test/a.tgz -o a.tgz
        curl :: curl -X POST -H 'Content-Type: application/json' -d '{"a": "b; c | d"}' https://x.test
        curl :: curl -s -o /dev/null -w '%{http_code}\n' https://x.test
        curl tar :: curl -L https://x.test/a.tgz | tar xz
        wget :: wget -q https://x.test/f
        wget grep :: wget -qO- https://x.test | grep title
        make :: make -j4 CC=gcc CFLAGS="-O2 -g"
        make nproc :: make -j$(nproc)
        make tail :: make 2>&1 | tail -n 50
        cmake :: cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
        cargo :: cargo test -- --nocapture 'a::b'
        cargo :: RUST_LOG=debug cargo run --release
        go :: go test ./... -run 'Test(A|B)$' -count=1
        go :: CGO_ENABLED=0 go build -o bin/app ./cmd/app
        swift :: swift build -c release
        swift grep :: swift test --filter 'A|B' 2>&1 | grep -E 'failed|passed'
        gcc :: gcc -Wall -o a a.c -lm
        mvn :: mvn -q -DskipTests package
        ./gradlew=gradlew :: ./gradlew build --info
        kubectl :: kubectl get pods -o jsonpath='{.items[*].metadata.name}'
        kubectl :: kubectl exec -it pod -- sh -c 'ls; env'
        kubectl grep awk xargs :: kubectl get pods | grep Evicted | awk '{print $1}' | xargs kubectl delete pod
        kubectl :: kubectl apply -f - <<E␤kind: Pod␤E
        terraform :: terraform plan -var 'a=["b", "c"]'
        aws :: aws s3 ls s3://bucket --query 'x[?a==`b`]'
        gh printf :: gh pr create --title "Fix; really" --body "$(printf x)"
        psql :: psql -c "select * from t where a = 'b'; drop table u;" db
        mysql :: mysql -e 'show tables; select 1' db < in.sql
        sqlite3 :: sqlite3 a.db "select count(*) from t where a > 1 and b < 2;"
        redis-cli :: redis-cli --scan --pattern 'user:*'
        ps grep :: ps aux | grep -v grep | grep node
        ps sort head :: ps -eo pid,pcpu,comm | sort -k2 -nr | head -5
        kill :: kill -9 12345
        kill :: kill %1
        kill pgrep :: kill $(pgrep -f 'node server')
        pkill :: pkill -f 'python -m http.server'
        systemctl :: systemctl status nginx --no-pager
        systemctl sudo :: sudo systemctl restart nginx
        journalctl :: journalctl -u nginx --since '1 hour ago'
        sudo apt-get :: sudo apt-get update && sudo apt-get install -y jq
        df du sort :: df -h; du -sh * | sort -h
        dd :: dd if=/dev/zero of=test.img bs=1M count=10
        timeout make :: timeout 60 make test
        time make :: /usr/bin/time -v make
        make :: time make
        nohup node :: nohup node server.js > out.log 2>&1 &
        env python3 :: env PYTHONPATH=. python3 x.py
        nice tar :: nice -n 19 tar czf a.tgz dir
        watch kubectl :: watch -n 5 kubectl get pods
        xargs ls mkdir :: ls | xargs -I{} mkdir -p out/{}
        xargs sh mv ls :: ls *.a | xargs -n1 sh -c 'mv "$0" "$0.b"'
        for-loop=echo :: for i in 1 2 3; do echo "$i"; done
        seq echo :: for i in $(seq 1 3); do echo $i; done
        convert :: for f in *.png; do convert "$f" "${f%.png}.jpg"; done
        echo :: for ((i = 0; i < 3; i++)); do echo $i; done
        read echo :: while read -r line; do echo "$line"; done < f
        IFS=read echo cut :: cut -d, -f1 f | while IFS= read -r a; do echo "$a"; done
        sleep curl :: until curl -sf http://localhost:8080/health; do sleep 1; done
        [ echo :: if [ -f f ] && [ ! -d g ]; then echo x; else echo y; fi
        echo :: if [[ $a == b* && ( $c -gt 1 || -n $d ) ]]; then echo x; fi
        echo :: [[ "$s" =~ ^(rm|mv)\ (.*)$ ]] && echo "${BASH_REMATCH[1]}"
        test echo :: test -x run.sh || echo "not executable; sudo?"
        echo :: case "$1" in start|stop) echo a ;; *.c) echo b ;; *) echo "usage: $0 {start|stop}" ;; esac
        echo :: a=(one two "three; four"); echo "${a[1]}" "${#a[@]}"
        declare echo :: declare -A m=([a]=1 [b]="x y"); echo "${!m[@]}"
        echo :: (( count++ )); echo $(( count > 2 ? 1 : 0 ))
        echo :: x=5; ((x < 10 && x > 1)) && echo ok
        let :: let "a = b | c"
        f=echo f :: f() { echo "$1"; }; f x
        local echo greet :: greet() { local n=$1; echo "hi $n"; }; greet you
        set cd echo :: set -euo pipefail; cd /tmp; echo ok
        export :: export PATH="$HOME/bin:$PATH" EDITOR=vim
        : :: : "${X:=1}"
        true false :: true && false
        ls :: # list the files; rm nothing␤ls # here
        ls pwd :: ls␤␤␤pwd
        ls :: ls \␤ -l
        exec :: exec 3>&1 4>/dev/null
        echo :: { echo a; echo b; } > out
        cd make :: (cd sub && make)
        cd pwd :: cd - > /dev/null; pwd
        diff sort :: diff <(sort a) <(sort b)
        comm tr sort :: comm -12 <(tr ' ' '\n' < a | sort) <(sort b)
        trap rm :: trap 'rm -f "$tmp"' EXIT
        mktemp :: tmp=$(mktemp -d)
        command echo :: command -v node >/dev/null || echo missing
        type :: type -a python
        which :: which -a git
        man :: man reboot
        history grep :: history | grep shutdown
        openssl base64 :: openssl rand 32 | base64
        date :: date -d '1 day ago' +%s
        vim :: vim +12 src/main.c
        tmux :: tmux new-session -d -s a 'htop'
        crontab :: crontab -l
        wc :: wc -l < f
        head :: head -c 100 /dev/urandom > r
        column sort :: sort -t, -k2 f | column -t -s,
        paste :: paste -sd+ f
        bc echo :: echo '2^10 + 3' | bc
        xxd :: xxd -l 16 /bin/ls
        strings grep :: strings a.out | grep -i 'mkfs /dev/sda'
        cut tr :: cut -d' ' -f2 f | tr -d '"'\'''
        """##

    private struct Row {
        var command: String
        var programs: Set<String>
    }

    /// A program named `label=name` stands for the name.
    private static let rows: [Row] = lines.split(separator: "\n").map { line in
        let parts = String(line).components(" :: ")
        let names = parts[0].split(separator: " ").map { String($0.split(separator: "=").last!) }
        let text = parts.dropFirst().joined(separator: " :: ")
        let command = text.replacing("␤", with: "\n").replacing("␉", with: "\t")
        return Row(command: command, programs: Set(names))
    }

    @Test("There are two hundred of them, no built-in rule stops one, and exactly their programs are found")
    func everyday() throws {
        #expect(Self.rows.count >= 200)
        for row in Self.rows {
            #expect(CommandPolicy().judge(row.command).outcome == .allow, "\(row.command)")
            #expect(Set(programs(row.command)) == row.programs, "\(row.command): \(programs(row.command))")
        }
    }

    @Test("A list of exactly their programs allows each, and without one of them denies it")
    func allowed() throws {
        for row in Self.rows {
            let all = row.programs.sorted()
            #expect(try fence(all).judge(row.command).outcome == .allow, "\(row.command)")
            for name in all where !isFunction(name, row.command) {
                let rest = all.filter { $0 != name } + ["another"]
                let verdict = try fence(rest).judge(row.command)
                #expect(verdict.deciding?.rule == .notAllowed(origin: .operator), "\(row.command) without \(name)")
                #expect(verdict.deciding?.program == name)
            }
        }
    }

    /// A function the command defines itself needs no permission.
    private func isFunction(_ name: String, _ command: String) -> Bool { command.components("\(name)() {").count > 1 }

    private func fence(_ allow: [String]) throws -> CommandPolicy {
        let names = allow.map { "\"\($0)\"" }.joined(separator: ",")
        return try policy("{\"allow\": [\(names)], \"unknown\": \"allow\"}")
    }
}
