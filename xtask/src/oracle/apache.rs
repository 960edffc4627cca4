//! Apache httpd for the oracle.
//!
//! In: a case. Out: what `apache2 -t` says to it, and what fpmlint is told to answer alike. The daemon runs with an
//! empty environment; its modules are those of this machine, everything else lies in the case's folder. Names that
//! only DNS could find are kept out of what is tried.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use fpmlint_engine::Options;
use fpmlint_workspace::{As, profile};

use super::case::Case;
use super::daemon::{Answer, Daemon, Verdict, without_folder};
use super::mutate::Language;
use super::process;

const PROGRAM: &str = "apache2";

/// The daemon of Debian 12.
pub struct Apache;

impl Daemon for Apache {
    fn name(&self) -> &'static str {
        "apache"
    }

    fn version(&self) -> String {
        static VERSION: OnceLock<String> = OnceLock::new();
        let ask = || {
            let ended = process::run(Command::new(PROGRAM).arg("-v")).ok()?;
            let text = String::from_utf8_lossy(&ended.output).into_owned();
            let version = text.split_once("Apache/")?.1.split_whitespace().next()?;
            Some(version.to_owned())
        };
        VERSION.get_or_init(|| ask().unwrap_or_default()).clone()
    }

    fn least_agreement(&self) -> f64 {
        99.0
    }

    fn seeds(&self) -> Vec<Case> {
        SEEDS
            .iter()
            .map(|text| {
                Case::new(&[
                    ("httpd.conf", &format!("{}{text}", head())),
                    ("cert.pem", "x\n"),
                    ("map.txt", "a b\n"),
                    (
                        "part.conf",
                        "ServerSignature Off\n<Directory /srv>\n    Require all denied\n</Directory>\n",
                    ),
                    ("htdocs/", ""),
                    ("logs/", ""),
                ])
            })
            .collect()
    }

    fn language(&self) -> Language {
        Language {
            statements: STATEMENTS,
            values: VALUES,
            pieces: PIECES,
            assign: " ",
            end: "\n",
            include: "Include",
            block_end: section_end,
        }
    }

    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String> {
        let main = folder.join(&case.main);
        let ended = process::run(Command::new(PROGRAM).arg("-t").arg("-f").arg(main).current_dir(folder))?;
        let output = String::from_utf8_lossy(&ended.output);
        let output = without_folder(&output, folder);
        match ended.code {
            Some(0) => Ok(Answer::default()),
            Some(1 | 2) => Ok(refusal(&output)),
            code => Err(format!("{PROGRAM} ended with {code:?}: {output}")),
        }
    }

    fn set_options(&self, options: &mut Options, _: &Path) {
        options.as_reader = Some(As::Apache);
        options.targets.apache = self.version().parse().ok();
        options.profile = profile("debian-12");
    }
}

/// The refusing line, and where the daemon says that it is.
fn refusal(output: &str) -> Answer {
    let lines: Vec<&str> = output.lines().collect();
    let refuses = |message: &str, place: String| Answer {
        verdict: Verdict::Refuses,
        message: message.to_owned(),
        place,
        details: Vec::new(),
    };
    for (number, line) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix("AH00526: Syntax error on line ") {
            return refuses(lines.get(number + 1).copied().unwrap_or(""), place(rest.trim_end_matches(':')));
        }
        if let Some(rest) = line.strip_prefix("apache2: Syntax error on line ") {
            let (chain, message) = split_chain(rest, lines.get(number + 1..).unwrap_or(&[]));
            return refuses(&message, place(&chain));
        }
        if let Some(rest) = line.strip_prefix("apache2: Error reading ") {
            return refuses(&format!("Error reading {rest}"), String::new());
        }
        if let Some((_, rest)) = line.split_once(": apache2: ") {
            return refuses(rest, String::new());
        }
    }
    // What failed stands before the line that says so; otherwise the last line is all there is.
    let failed = lines.iter().position(|line| line.starts_with("AH00014")).unwrap_or(lines.len());
    let is_check = |line: &&&str| {
        (line.contains("AH02") || line.contains("AH01624") || line.contains("jammed"))
            && !line.starts_with('[')
    };
    refuses(lines.iter().take(failed).find(is_check).copied().unwrap_or(""), String::new())
}

/// `N of FILE: Syntax error on line N of FILE: words`: the last place, and the words.
fn split_chain(rest: &str, behind: &[&str]) -> (String, String) {
    let mut rest = rest;
    loop {
        let Some((place, words)) = rest.split_once(": ") else { return (String::new(), rest.to_owned()) };
        match words.strip_prefix("Syntax error on line ") {
            Some(inner) => rest = inner,
            None => {
                let all: Vec<&str> = std::iter::once(words).chain(behind.iter().copied()).collect();
                return (place.to_owned(), all.join("\\n"));
            }
        }
    }
}

/// `N of FILE` as `FILE:N`; for a macro's text the line that uses it.
fn place(text: &str) -> String {
    if let Some((_, used)) = text.rsplit_once(" used on line ") {
        return place(&used.replace('"', ""));
    }
    match text.split_once(" of ") {
        Some((line, file)) => format!("{file}:{line}"),
        None => String::new(),
    }
}

/// A section ends behind its closing tag.
fn section_end(lines: &[Vec<u8>], at: usize) -> Option<usize> {
    let opening = lines.get(at)?.trim_ascii();
    let name = opening.strip_prefix(b"<").filter(|rest| !rest.starts_with(b"/"))?;
    let length = name.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
    let close = [b"</", name.get(..length)?, b">"].concat();
    let rest = lines.get(at + 1..)?;
    let end = rest.iter().position(|line| line.trim_ascii().eq_ignore_ascii_case(&close))?;
    Some(at + 2 + end)
}

const MODULES: &[&str] = &[
    "mpm_event",
    "access_compat",
    "alias",
    "auth_basic",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_groupfile",
    "authz_host",
    "authz_user",
    "autoindex",
    "deflate",
    "dir",
    "env",
    "expires",
    "filter",
    "headers",
    "http2",
    "lbmethod_byrequests",
    "macro",
    "mime",
    "negotiation",
    "proxy",
    "proxy_balancer",
    "proxy_fcgi",
    "proxy_http",
    "remoteip",
    "reqtimeout",
    "rewrite",
    "setenvif",
    "slotmem_shm",
    "socache_shmcb",
    "ssl",
    "status",
    "substitute",
];

/// What every configuration starts with.
fn head() -> String {
    let mut head =
        "ServerRoot {D}\nDefaultRuntimeDir {D}\nServerName localhost\nListen 8080\nPidFile logs/pid\n\
                    ErrorLog logs/error.log\nUser www-data\nGroup www-data\n"
            .to_owned();
    for module in MODULES {
        head.push_str(&format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n"));
    }
    head
}

/// Configurations that the daemon takes.
const SEEDS: &[&str] = &[
    "DocumentRoot {D}/htdocs\n<Directory {D}/htdocs>\n    Options -Indexes +FollowSymLinks\n    AllowOverride None\n    \
     Require all granted\n</Directory>\n<VirtualHost *:80>\n    ServerName a.example.org\n    ServerAlias www.example.org \
     *.b.example.org\n    DocumentRoot {D}/htdocs\n    <FilesMatch \"\\.ph(ar|p|tml)$\">\n        SetHandler \
     \"proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost\"\n    </FilesMatch>\n    DirectoryIndex index.php \
     index.html\n    ErrorLog logs/a.log\n    CustomLog logs/a-access.log \"%h %l %u %t \\\"%r\\\" %>s %O\"\n</VirtualHost>\n",
    "<VirtualHost *:8080 127.0.0.1:81>\n    ServerName b.example.org:8080\n    ProxyPassMatch ^/(.*\\.php(/.*)?)$ \
     \"fcgi://127.0.0.1:9000/var/www/\"\n    ProxyPass /static !\n    ProxyPass /api http://127.0.0.1:3000/ timeout=5 \
     retry=0\n    ProxyPassReverse /api http://127.0.0.1:3000/\n    ProxyPreserveHost On\n    ProxyTimeout 60\n    \
     <Location /status>\n        SetHandler server-status\n        Require ip 127.0.0.1 10.0.0.0/8\n    </Location>\n    \
     <Proxy balancer://app>\n        BalancerMember http://127.0.0.1:3001 loadfactor=2\n        BalancerMember \
     http://127.0.0.1:3002\n        ProxySet lbmethod=byrequests\n    </Proxy>\n    ProxyPass /app balancer://app/ \
     stickysession=JSESSIONID\n</VirtualHost>\n",
    "RewriteEngine On\nRewriteMap names txt:{D}/map.txt\nRewriteCond %{HTTPS} off\nRewriteCond %{REQUEST_URI} \
     !^/\\.well-known/ [NC]\nRewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=301,L]\nRewriteCond %{REQUEST_FILENAME} \
     !-f\nRewriteRule ^ /index.php [L,QSA]\nRedirect permanent /old http://example.org/new\nRedirectMatch 404 \
     \"^/\\.git\"\nAlias /icons/ {D}/htdocs/\nScriptAlias /cgi-bin/ {D}/htdocs/\nErrorDocument 404 /404.html\n\
     ErrorDocument 500 \"It broke\"\nHeader always set X-Frame-Options DENY\nHeader set Cache-Control \"max-age=60\" \
     \"expr=%{REQUEST_URI} =~ m#^/a#\"\nRequestHeader unset Proxy early\nSetEnvIf Authorization \"(.+)\" \
     HTTP_AUTHORIZATION=$1\nBrowserMatch \"MSIE [2-6]\" nokeepalive downgrade-1.0\nSetEnv APP_ENV prod\n",
    "<Location /private>\n    AuthType Basic\n    AuthName \"Members only\"\n    AuthBasicProvider file\n    \
     AuthUserFile {D}/users\n    <RequireAll>\n        Require valid-user\n        <RequireNone>\n            Require \
     ip 10.1.2.3\n        </RequireNone>\n        Require not host bad.example.org\n    </RequireAll>\n</Location>\n\
     <Directory {D}/htdocs/old>\n    Order deny,allow\n    Deny from all\n    Allow from 127.0.0.1 ::1 env=let_in\n    \
     Satisfy any\n</Directory>\n<Files \".ht*\">\n    Require all denied\n</Files>\n<If \"%{HTTP_HOST} == \
     'example.org' && -n %{QUERY_STRING}\">\n    Header set X-A b\n</If>\n<ElseIf \"%{REMOTE_ADDR} -ipmatch \
     '10.0.0.0/8'\">\n    SetEnv LOCAL 1\n</ElseIf>\n<Else>\n    SetEnv OTHER 1\n</Else>\n<LimitExcept GET POST>\n\
     </LimitExcept>\nRequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500\nRemoteIPHeader \
     X-Forwarded-For\nRemoteIPTrustedProxy 10.0.0.0/8\n",
    "Define ROOT {D}/htdocs\n<IfModule ssl_module>\n    SSLProtocol all -SSLv3 -TLSv1\n    SSLSessionCache \
     shmcb:{D}/cache(512000)\n    Listen 8443\n    <VirtualHost *:8443>\n        SSLEngine on\n        SSLCertificateFile \
     {D}/cert.pem\n        SSLCertificateKeyFile {D}/cert.pem\n        SSLCipherSuite HIGH:!aNULL\n        SSLOptions \
     +StdEnvVars\n        SSLVerifyClient none\n        Protocols h2 http/1.1\n    </VirtualHost>\n</IfModule>\n\
     <IfModule !mod_php.c>\n    AddOutputFilterByType DEFLATE text/html text/css\n</IfModule>\n<IfDefine \
     ROOT>\n    DocumentRoot ${ROOT}\n</IfDefine>\n<Macro Site $name $root>\n    <VirtualHost *:80>\n        \
     ServerName $name\n        DocumentRoot $root\n        <Directory $root>\n            Require all \
     granted\n        </Directory>\n    </VirtualHost>\n</Macro>\nUse Site m.example.org {D}/htdocs\nUse Site \
     n.example.org {D}/htdocs\nUndefMacro Site\nInclude {D}/part.conf\nIncludeOptional {D}/nothing/*.conf\n",
    "Timeout 60\nKeepAlive On\nMaxKeepAliveRequests 100\nKeepAliveTimeout 5\nServerTokens Prod\nServerSignature \
     Off\nTraceEnable Off\nHostnameLookups Off\nLogLevel warn ssl:info rewrite:trace3\nUseCanonicalName \
     Off\nLimitRequestBody 1048576\nLimitRequestFields 100\nExpiresActive On\nExpiresByType image/png \"access plus 1 \
     month\"\nExpiresDefault A3600\nDeflateCompressionLevel 6\nIndexOptions FancyIndexing VersionSort \
     NameWidth=*\nIndexOrderDefault Descending Date\nAddIcon (TXT,/icons/text.gif) .txt\nAddType text/html \
     .html\nAddHandler type-map var\nLanguagePriority en de\nForceLanguagePriority Prefer Fallback\nStartServers \
     2\nMinSpareThreads 25\nThreadsPerChild 25\nMaxRequestWorkers 150\nMaxConnectionsPerChild 0\nServerLimit 16\n\
     H2Direct On\nH2WindowSize 65535\nLogFormat \"%v:%p %h %{X-A}i\" custom\nCustomLog \"|/bin/cat\" custom\n\
     ErrorLogFormat \"[%t] [%l] %M\"\nFileETag MTime Size\nEnableSendfile Off\nAccessFileName .htaccess\nMutex \
     file:{D}/logs default\nSubstitute s/a/b/i\n",
];

const SWITCHES: &[&str] = &["On", "off", "ON # x", "yes", "1", "On Off", "", "\"On\""];

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "5",
    "25",
    "512",
    "1024",
    "65535",
    "-1",
    "+5",
    "007",
    "0x10",
    "10M",
    "abc",
    "99999999999999999999",
    "4294967296",
    "1.5",
    "\"5\"",
    "5 6",
    "",
    "30s",
    "2mi",
    "100ms",
    "5h",
];

const STRINGS: &[&str] = &[
    "x",
    "%{REQUEST_URI}",
    "\"%{req:X-A}\"",
    "%{NOPE}",
    "\"%{REQUEST_URI\"",
    "\"a %{tolower:%{HTTP_HOST}} b\"",
    "%{:x}",
    "$1",
    "\"\\\\09\"",
    "proxy:fcgi://127.0.0.1:9000",
    "%{nofunc:x}",
    "%{SSL:SSL_PROTOCOL}",
    "%{SSL_PROTOCOL}",
];

const CONDITIONS: &[&str] = &[
    "true",
    "\"%{REQUEST_URI} == '/a'\"",
    "\"%{REQUEST_URI} =~ /a/i\"",
    "\"%{REQUEST_URI} =~ m#(#\"",
    "\"-n %{HTTP_HOST}\"",
    "\"-q 'a'\"",
    "\"%{REMOTE_ADDR} -ipmatch '10.0.0.0/8'\"",
    "\"%{REMOTE_ADDR} -ipmatch %{HTTP_HOST}\"",
    "\"true && (false || !true)\"",
    "\"(true\"",
    "\"true)\"",
    "\"%{HTTP_HOST} in { 'a', 'b' }\"",
    "\"%{HTTP_HOST} in { 'a' 'b' }\"",
    "\"tolower(%{HTTP_HOST}) == 'a'\"",
    "\"tolower(%{HTTP_HOST} == 'a'\"",
    "\"'a' == 'b\"",
    "\"%{FOO} == 1\"",
    "\"1 -eq 2\"",
    "\"1 eq 2 and 3\"",
    "\"\"",
    "\"@\"",
    "%{HTTP_HOST} == 'a'",
    "\"'a' . 'b' == \\\"ab\\\"\"",
    "\"md5('a') -strmatch 'b*'\"",
    "\"req('A') == $0\"",
];

const URLS: &[&str] = &[
    "http://127.0.0.1:3000/",
    "fcgi://127.0.0.1:9000/var/www/",
    "\"unix:/run/a.sock|fcgi://localhost/\"",
    "unix:/run/a.sock",
    "\"unix:/run/a.sock|fcgi\"",
    "127.0.0.1:9000",
    "localhost:9000",
    "balancer://app/",
    "balancer:x",
    "http://h:x/",
    "http://[::1]:80/",
    "http:///",
    "!",
    "\"unix:a|http:\"",
    "https://h/ timeout=0",
    "http://h/ max=5 min=1",
    "http://h/ nokey",
    "http://h/ no=1",
    "ws://h/ upgrade=websocket",
    "http://h/ enablereuse=on",
    "http://h/ ping=5x",
    "http://h/ status=+D",
];

/// Directives, with values to try in them.
const STATEMENTS: &[(&str, &[&str])] = &[
    (
        "Options",
        &[
            "Indexes",
            "+Indexes -FollowSymLinks",
            "Indexes -FollowSymLinks",
            "None",
            "All",
            "+None",
            "All Indexes",
            "Symlinks",
            "\"\"",
            "-Indexes MultiViews",
            "All -Indexes",
        ],
    ),
    (
        "AllowOverride",
        &[
            "None",
            "All",
            "FileInfo AuthConfig",
            "Options=Indexes,MultiViews",
            "Options=Foo",
            "Nonfatal=All",
            "Nonfatal",
            "Fileinfo Limit",
            "Foo",
        ],
    ),
    ("AllowOverrideList", &["Redirect RedirectMatch", "None", "None Redirect", "Foo"]),
    (
        "Require",
        &[
            "all granted",
            "all denied",
            "all grant",
            "ip 10.0.0.1",
            "ip 10.0.0.0/33",
            "ip",
            "ip x",
            "valid-user",
            "user a b",
            "group a",
            "not ip 10.0.0.1",
            "host example.org",
            "expr true",
            "expr \"%{HTTP_HOST} == 'a'\"",
            "expr \"%{X}\"",
            "method GET",
            "method FOO",
            "env x",
            "local",
            "forward-dns a.example",
            "nope x",
            "",
            "all granted # x",
            "not all denied",
            "ldap-user x",
            "file-owner",
        ],
    ),
    ("Order", &["allow,deny", "deny,allow", "allow, deny", "mutual-failure", "x"]),
    (
        "Allow",
        &[
            "from all",
            "from 10.0.0.0/8",
            "from 10.0.0.0/99",
            "from example.org",
            "all",
            "from",
            "from env=x",
            "from 300.1.1.1",
            "from a#b",
        ],
    ),
    ("Deny", &["from all", "from 10.1", "from 10.1.", "from a/8", "from ::1"]),
    ("Satisfy", &["any", "all", "some"]),
    ("DocumentRoot", &["{D}/htdocs", "\"{D}/htdocs\"", "{D}/nothing", "htdocs", "{D}/cert.pem", "\"\""]),
    ("ServerName", &["x.example.org", "x:80", "x:0", "https://x:443", "*.x", "x:abc", "x y"]),
    ("ServerAlias", &["a b", "*.x", ""]),
    ("ServerAdmin", &["a@b", "a b", ""]),
    ("ServerPath", &["/x"]),
    ("ServerRoot", &["{D}", "{D}/nothing"]),
    (
        "Listen",
        &[
            "80",
            "8081",
            "8080",
            "127.0.0.1:82",
            "[::1]:83",
            "0",
            "99999",
            "*:84",
            "8085 https",
            "a b c",
            "127.0.0.1",
            "[::1",
            ":80",
            "*:0",
        ],
    ),
    ("SetHandler", STRINGS),
    (
        "ErrorDocument",
        &[
            "404 /x",
            "999 /x",
            "404",
            "418 x",
            "500 \"a b\"",
            "404 default",
            "404 http://x/",
            "403 \"%{X}\"",
            "abc /x",
        ],
    ),
    ("DirectoryIndex", &["index.php", "disabled", ""]),
    ("DirectoryIndexRedirect", &["on", "permanent", "302", "404", "x"]),
    ("DirectorySlash", SWITCHES),
    ("FallbackResource", &["/index.php", "disabled", "a b"]),
    (
        "Redirect",
        &[
            "/a http://b/",
            "permanent /a http://b/",
            "301 /a http://b/",
            "404 /a",
            "404 /a http://b/",
            "gone /a",
            "999 /a http://b/",
            "/a b",
            "x /a http://b/",
            "/a",
            "http://b/",
            "302 http://b/%{REQUEST_URI}",
            "http://b/%{X}",
        ],
    ),
    ("RedirectMatch", &["^/a http://b/", "( http://b/", "404 \\.git", "301 ^/a /b", "permanent ( /b"]),
    ("RedirectPermanent", &["/a http://b/", "/a", "/a b"]),
    ("Alias", &["/a {D}/htdocs", "/a", "{D}/%{X}", "/a /b /c"]),
    ("AliasMatch", &["^/a {D}/htdocs", "( {D}"]),
    ("ScriptAlias", &["/a {D}/htdocs", "{D}"]),
    ("RewriteEngine", SWITCHES),
    (
        "RewriteRule",
        &[
            "a b",
            "^/(.*)$ /x/$1 [L]",
            "( b",
            "a",
            "a b [L,R=301]",
            "a b [R=999]",
            "a b [XX]",
            "a b [L, QSA]",
            "a b \"[L, QSA]\"",
            "a b L",
            "!a - [F]",
            "a b [E=X:1,CO=a:b:c]",
            "a b [NC,BNE]",
            "\"a b\" c",
            "a b [L",
            "a b []",
            "a b [L,]",
            "a b [skip=2]",
            "\"a\"",
            "a\\ b c [DPI,UnsafeAllow3F]",
            "a b [B= ?,BNP]",
            "a b [T=x]",
            "a b [END]",
            "a b [Q]",
        ],
    ),
    (
        "RewriteCond",
        &[
            "%{X} a",
            "%{X} !-f",
            "%{X} -d [OR]",
            "%{X} ( [NC]",
            "%{X} a [ZZ]",
            "%{X}",
            "%{X} -lt5",
            "%{X} >a",
            "%{X} =\"\"",
            "expr \"%{HTTP_HOST} == 'a'\"",
            "expr %{X}",
            "%{X} -ge",
            "%{X} \"!^a b$\" [NC,OR]",
            "%{X} <=5",
            "%{X} -eq5",
            "%{X} -z",
        ],
    ),
    ("RewriteOptions", &["Inherit", "AllowNoSlash", "Foo", "Inherit Foo"]),
    ("RewriteBase", &["/", "x", "\"\""]),
    (
        "RewriteMap",
        &[
            "m txt:{D}/map.txt",
            "m int:tolower",
            "m int:x",
            "m {D}/nothing",
            "m prg:{D}/map.txt",
            "m dbd:x",
            "m dbm:{D}/nothing",
            "m rnd:map.txt",
            "m",
        ],
    ),
    (
        "Header",
        &[
            "set A b",
            "set A",
            "unset A",
            "unset A b",
            "sett A b",
            "always set A b",
            "onsuccess unset A",
            "edit A a b",
            "edit A ( b",
            "edit A a",
            "set A b env=X",
            "set A b env=",
            "set A b early",
            "set A b x",
            "echo ^A",
            "echo (",
            "set A \"%{X}e %t\"",
            "set A %q",
            "set A \"expr=%{HTTP_HOST}\"",
            "set A \"expr=%{X}\"",
            "set A b \"expr=-z %{HTTP_HOST}\"",
            "set A b \"expr=x\"",
            "merge A b c d",
            "edit* A a b env=x",
            "set A b c d e",
            "add A%",
            "note A b",
        ],
    ),
    (
        "RequestHeader",
        &["set A b", "unset A early", "echo A", "always set A b", "edit A a b", "set A %{HTTPS}s"],
    ),
    (
        "SetEnvIf",
        &["A b C", "A ( C", "A b", "A", "", "A \"\" C", "Request_URI \\.gif$ X=1 !Y", "^A( b C", "A.*B b C"],
    ),
    ("SetEnvIfNoCase", &["A ^b C=$1", "A [ C"]),
    ("SetEnvIfExpr", &["true A", "\"x\" A", "true", "\"%{HTTP_HOST} == 'a'\" B=1"]),
    ("BrowserMatch", &["MSIE x", "( x", "a"]),
    ("SetEnv", &["A", "A b", "A b c", ""]),
    ("PassEnv", &["A B", ""]),
    ("UnsetEnv", &["A"]),
    ("ExpiresActive", SWITCHES),
    (
        "ExpiresDefault",
        &[
            "A3600",
            "\"access plus 1 day\"",
            "access",
            "\"access plus 1\"",
            "\"access plus x days\"",
            "\"foo plus 1 day\"",
            "M1",
            "\"now 1 fortnight\"",
        ],
    ),
    (
        "ExpiresByType",
        &[
            "text/html A1",
            "text \"access plus 1 day\"",
            "text/* x",
            "text/html \"modification plus 2 weeks 3 hours\"",
        ],
    ),
    (
        "AddOutputFilterByType",
        &[
            "DEFLATE text/html",
            "DEFLATE",
            "NOPE text/html",
            "INFLATE;DEFLATE text/html",
            "SUBSTITUTE text/html",
            "deflate text/css",
            "INCLUDES text/html",
        ],
    ),
    ("FilterDeclare", &["f", "f CONTENT_SET", "f x y"]),
    ("FilterProvider", &["f DEFLATE true", "f NOPE true", "f DEFLATE \"%{X}\"", "f DEFLATE"]),
    ("FilterChain", &["f", "+f"]),
    ("DeflateCompressionLevel", NUMBERS),
    ("DeflateWindowSize", NUMBERS),
    ("DeflateFilterNote", &["x", "ratio x", "foo x"]),
    ("Substitute", &["s/a/b/", "s|a|b|in", "s/a/b/x", "x/a/b/", "s/(/b/", "s/a", "\"s/a b/c/q\""]),
    ("AddType", &["text/html .html", "text/html", "text/html a b"]),
    ("AddHandler", &["x .y", "x"]),
    ("ForceType", &["text/html", "None", "a b"]),
    ("LanguagePriority", &["en de", ""]),
    ("ForceLanguagePriority", &["Prefer", "None Prefer", "Fallback None", "x", "Prefer Fallback"]),
    ("MultiviewsMatch", &["Any", "Any Handlers", "NegotiatedOnly", "Handlers Filters", "x"]),
    (
        "IndexOptions",
        &[
            "FancyIndexing",
            "+FancyIndexing -IconWidth",
            "NameWidth=*",
            "NameWidth",
            "NameWidth=3",
            "-NameWidth",
            "None",
            "None FancyIndexing",
            "+None",
            "Foo",
            "DescriptionWidth=11",
            "IconHeight=5 Charset=UTF-8",
        ],
    ),
    ("IndexOrderDefault", &["Ascending Name", "Name Ascending", "Descending x"]),
    ("AddIcon", &["/a .b", "(A,/a .b", "(A,/a) .b"]),
    ("IndexIgnore", &["a b", ""]),
    (
        "LogLevel",
        &[
            "warn",
            "debug ssl:info",
            "foo",
            "foo:debug",
            "core:x",
            "rewrite:trace8",
            "trace9",
            "ssl_module:warn",
            "mod_ssl.c:warn",
            "ssl:",
        ],
    ),
    (
        "LogFormat",
        &[
            "\"%h %l\" x",
            "%Q",
            "\"%{X}i %>s %!200,304b\"",
            "%{",
            "\"%O %I\"",
            "\"%{a}C %^ti\"",
            "\"%{x}x\" y",
            "%",
            "%k%%",
            "a b c",
        ],
    ),
    (
        "CustomLog",
        &[
            "logs/x common",
            "nothing/x common",
            "\"|/bin/cat\" %h",
            "logs/x",
            "logs/x %h env=!X",
            "logs/x %h env=",
            "logs/x %h expr=true",
            "logs/x %h \"expr=x\"",
            "logs/x %h x",
            "logs/x %Q",
        ],
    ),
    ("ErrorLog", &["logs/e.log", "nothing/e.log", "syslog:local1", "\"|/bin/cat\"", "/nothing/x"]),
    (
        "ErrorLogFormat",
        &[
            "\"[%t] %M\"",
            "%t",
            "connection %a",
            "request \"%M\"",
            "foo %M",
            "\"%Q %M\"",
            "\"%{cu}t %-F %M\"",
            "\"%+a %M\"",
        ],
    ),
    ("Timeout", NUMBERS),
    ("KeepAlive", SWITCHES),
    ("KeepAliveTimeout", NUMBERS),
    ("MaxKeepAliveRequests", NUMBERS),
    ("LimitRequestBody", NUMBERS),
    ("LimitRequestFields", NUMBERS),
    ("LimitRequestLine", NUMBERS),
    ("LimitXMLRequestBody", NUMBERS),
    ("LimitInternalRecursion", NUMBERS),
    ("MaxRanges", &["none", "5", "0", "unlimited", "x"]),
    ("ReadBufferSize", NUMBERS),
    ("ListenBacklog", NUMBERS),
    ("SendBufferSize", NUMBERS),
    ("MaxRequestWorkers", NUMBERS),
    ("StartServers", NUMBERS),
    ("ThreadStackSize", NUMBERS),
    ("MaxMemFree", NUMBERS),
    ("AsyncRequestWorkerFactor", &["2", "0.5", "0", "-1", "x", "2x"]),
    ("ServerTokens", &["Prod", "Full", "x", "OS", "Minimal"]),
    ("ServerSignature", &["On", "off", "EMail", "x"]),
    ("TraceEnable", &["on", "extended", "x"]),
    ("HostnameLookups", &["On", "Double", "x"]),
    ("UseCanonicalName", &["On", "DNS", "x"]),
    ("AllowEncodedSlashes", &["On", "NoDecode", "x"]),
    ("AcceptPathInfo", &["On", "Default", "x"]),
    ("EnableSendfile", SWITCHES),
    ("FileETag", &["MTime Size", "None", "+None", "INode -MTime", "x"]),
    ("HttpProtocolOptions", &["Strict", "Unsafe", "Strict Unsafe", "Allow0.9", "x"]),
    ("Protocols", &["h2 http/1.1", "x"]),
    ("CGIVar", &["REQUEST_URI original-uri", "X y", "REQUEST_URI x"]),
    ("RegexDefaultOptions", &["+ICASE", "-DOTALL", "none", "x"]),
    (
        "Mutex",
        &[
            "default",
            "file:{D}/logs rewrite-map",
            "file:{D}/nothing",
            "x",
            "sem ssl-cache",
            "default nope",
            "none",
        ],
    ),
    ("User", &["www-data", "nosuchuser", "root", "#0", "#33"]),
    ("Group", &["www-data", "nosuchgroup", "#0"]),
    ("AuthType", &["Basic", "None", "%{X}", "a b"]),
    ("AuthName", &["x", "\"a b\"", "%{X}"]),
    ("AuthBasicProvider", &["file", "nope", "file ldap", "dbm"]),
    ("AuthUserFile", &["{D}/users", "a b"]),
    ("AuthMerging", &["Off", "And", "x"]),
    (
        "ProxyPass",
        &[
            "/a http://127.0.0.1:3000/",
            "/a",
            "/a !",
            "/a fcgi://127.0.0.1:9000/ timeout=5",
            "/a http://h/ x",
            "/a http://h/ nope=1",
            "/a \"unix:/x|http:\"",
            "~ ^/a http://h/",
            "~ ( http://h/",
            "/a balancer://app stickysession=X",
            "/a balancer://app nope=1",
            "/a 127.0.0.1:80",
        ],
    ),
    (
        "ProxyPassMatch",
        &[
            "^/a http://127.0.0.1:3000/$1",
            "( http://h/",
            "~ ^/a http://h/",
            "^/a$ \"unix:/x|fcgi://localhost/\"",
            "^/a http://h:80$1/",
        ],
    ),
    ("ProxyPass", URLS),
    ("ProxyPassReverse", &["/a http://h/", "http://h/", "/a"]),
    (
        "ProxySet",
        &[
            "http://127.0.0.1:3000/ timeout=5",
            "balancer://nope lbmethod=byrequests",
            "lbmethod=byrequests",
            "lbmethod=nope",
            "timeout=5",
            "x",
        ],
    ),
    (
        "BalancerMember",
        &[
            "http://h:1",
            "balancer://app http://h:2",
            "http://h loadfactor=0",
            "http://h route=a",
            "x=1",
            "balancer://app x http://h y",
        ],
    ),
    ("ProxyTimeout", NUMBERS),
    ("ProxyVia", &["On", "Full", "x"]),
    ("ProxyErrorOverride", &["On", "Off", "On 404 500", "On 200", "404", "Off 404", "On x"]),
    ("ProxyFCGIBackendType", &["FPM", "GENERIC", "x"]),
    ("ProxyFCGISetEnvIf", &["true A b", "true !A", "true !A b", "\"x\" A b", "true A \"%{X}\"", "true !"]),
    ("ProxyPreserveHost", SWITCHES),
    ("ProxyRemote", &["* http://h:80", "* h", "http http://h:x"]),
    ("ProxyIOBufferSize", NUMBERS),
    (
        "RequestReadTimeout",
        &[
            "header=20",
            "header=20-10,MinRate=500",
            "header=x",
            "foo=1",
            "header",
            "body=0",
            "header=20-40",
            "handshake=5 header=10-20,minrate=0",
        ],
    ),
    ("RemoteIPTrustedProxy", &["10.0.0.0/8", "10.0.0.0/99", "localhost", "10.1", "localhost/8"]),
    ("SSLEngine", SWITCHES),
    ("SSLProtocol", &["all -SSLv3", "TLSv1.2", "+TLSv1.3", "SSLv2", "x", "-SSLv2 all", "SSLv3"]),
    ("SSLCertificateFile", &["{D}/cert.pem", "cert.pem", "{D}/nothing", "{D}/htdocs"]),
    ("SSLCACertificatePath", &["{D}/htdocs", "{D}/nothing"]),
    ("SSLCipherSuite", &["HIGH", "TLSv1.3 X", "SSL HIGH", "x HIGH"]),
    ("SSLVerifyClient", &["none", "require", "x"]),
    ("SSLVerifyDepth", NUMBERS),
    ("SSLOptions", &["+StdEnvVars", "x", "StdEnvVars -FakeBasicAuth"]),
    (
        "SSLSessionCache",
        &["none", "shmcb:{D}/c(512000)", "shmcb:{D}/c(5)", "dbm:{D}/c", "x", "shmcb:{D}/c(5"],
    ),
    (
        "SSLRandomSeed",
        &["startup builtin", "startup file:/dev/urandom 512", "connect builtin 5", "x builtin"],
    ),
    ("SSLRequire", &["%{SSL_CIPHER} ne \"\"", "x", "%{REMOTE_ADDR} =~ m/^10/"]),
    ("H2Push", SWITCHES),
    ("H2WindowSize", NUMBERS),
    ("H2MaxSessionStreams", NUMBERS),
    ("H2PushDiarySize", NUMBERS),
    ("H2PushPriority", &["* after 16", "* before 5", "text/css interleaved", "* x"]),
    ("H2StreamTimeout", NUMBERS),
    ("Include", &["{D}/part.conf", "{D}/nothing.conf", "{D}/*.nothing", "{D}/p*.conf"]),
    ("IncludeOptional", &["{D}/nothing.conf", "{D}/part.conf"]),
    ("Define", &["X", "X y", "X:Y z", ""]),
    ("UnDefine", &["ROOT", "X"]),
    ("Error", &["\"stop\"", "", "stop here"]),
    ("Use", &["Site a {D}/htdocs", "Site a", "Nope a", ""]),
    (
        "LoadModule",
        &[
            "cgid_module /usr/lib/apache2/modules/mod_cgid.so",
            "x_module /usr/lib/apache2/modules/mod_nothing.so",
            "dav_module /usr/lib/apache2/modules/mod_dav.so",
            "mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so",
        ],
    ),
    ("NameVirtualHost", &["*:80"]),
    ("php_value", &["a b"]),
    ("Foo", &["x"]),
    ("# comment", &["x", "x \\"]),
    (
        "<Directory",
        &[
            "{D}/htdocs>\nOptions None\n</Directory>",
            "{D}>\nDocumentRoot {D}\n</Directory>",
            "~ \"(\">\n</Directory>",
            "a b>\n</Directory>",
            ">\n</Directory>",
        ],
    ),
    (
        "<Location",
        &[
            "/x>\nRequire all denied\n</Location>",
            "/x>\nProxyPass http://h/\n</Location>",
            "/x>\nProxyPass /y http://h/\n</Location>",
            "/x>\nAlias {D}\n</Location>",
        ],
    ),
    ("<Files", &["x>\nSetHandler none\n</Files>", "~ \\.php$>\nRequire all granted\n</Files>"]),
    ("<FilesMatch", &["\"\\.php$\">\nRequire all granted\n</FilesMatch>", "(>\n</FilesMatch>"]),
    (
        "<VirtualHost",
        &[
            "*:80>\nServerName z\n</VirtualHost>",
            "*:0>\n</VirtualHost>",
            "80>\n</VirtualHost>",
            "[::1]:80 *>\nListen 1\n</VirtualHost>",
            "*:*>\n</VirtualHost>",
        ],
    ),
    (
        "<If",
        &[
            "\"true\">\nSetEnv A\n</If>",
            "true false>\n</If>",
            "\"%{X} == 1\">\n</If>",
            "\"%{HTTP_HOST} =~ /(/\">\n</If>",
            ">\n</If>",
        ],
    ),
    ("<If", CONDITIONS),
    ("<Limit", &["GET>\nRequire all denied\n</Limit>", "TRACE>\n</Limit>", ">\n</Limit>"]),
    (
        "<RequireAll>",
        &[
            "\nRequire all granted\n</RequireAll>",
            "\n</RequireAll>",
            "\nRequire not ip 10.0.0.1\n</RequireAll>",
        ],
    ),
    (
        "<RequireAny>",
        &[
            "\nRequire ip 10.0.0.1\n</RequireAny>",
            "\n</RequireAny>",
            "\nRequire not ip 10.0.0.1\n</RequireAny>",
        ],
    ),
    (
        "<Proxy",
        &[
            "balancer://new>\nBalancerMember http://h\n</Proxy>",
            "\"fcgi://localhost/\" timeout=5>\n</Proxy>",
            "* x=1>\n</Proxy>",
            "http://h/ nope=1>\n</Proxy>",
        ],
    ),
    (
        "<IfModule",
        &[
            "mod_ssl.c>\nSSLProtocol x\n</IfModule>",
            "!ssl_module>\nFoo\n</IfModule>",
            "nope>\n<Foo>\n</IfModule>",
        ],
    ),
    ("<IfVersion", &[">= 2.4>\n</IfVersion>"]),
    ("</Directory>", &[""]),
    ("</VirtualHost>", &[""]),
];

/// Values for every directive.
const VALUES: &[&str] = &[
    "",
    "x",
    "On",
    "off",
    "1",
    "-1",
    "0",
    "\"\"",
    "\"a b\"",
    "'a'",
    "\"unclosed",
    "a\\",
    "a b",
    "a b c d",
    "/a",
    "/a /b",
    "${ROOT}",
    "${nope}",
    "${nope:x}",
    "${",
    "%{REQUEST_URI}",
    "%{X}",
    "(",
    "[",
    "*",
    "a=b",
    "!",
    "env=x",
    "#x",
    "a # b",
    "<x>",
    "a>",
    "{D}",
    "{D}/htdocs",
    "all",
    "none",
    "None",
    "default",
    "http://h/",
    "404 /x",
    "a\tb",
    "\u{a0}",
    "é",
    "a\"b\"",
    "\"a\"b",
];

/// Bytes that mean something to the reader.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\\",
    "\\\n",
    "#",
    "<",
    ">",
    "/",
    "</",
    " ",
    "\t",
    "\r",
    "\0",
    "\u{feff}",
    "\n",
    "${",
    "}",
    "$",
    "%",
    "%{",
    "!",
    "=",
    ":",
    ",",
    "(",
    ")",
    "[",
    "]",
    "*",
    "~",
    "-",
    "+",
    "|",
    "1",
    "x",
    " #",
    "</VirtualHost>\n",
    "<If true>\n",
    "\\ ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_taken_apart() {
        let walked = refusal("AH00526: Syntax error on line 4 of {D}/a.conf:\nIllegal option Foo\n");
        assert_eq!((walked.message.as_str(), walked.place.as_str()), ("Illegal option Foo", "{D}/a.conf:4"));
        let read =
            refusal("apache2: Syntax error on line 2 of {D}/m: Syntax error on line 1 of {D}/s: no: x\n");
        assert_eq!((read.message.as_str(), read.place.as_str()), ("no: x", "{D}/s:1"));
        let text = "AH00526: Syntax error on line 3 of macro 'm' (defined on line 1 of \"{D}/a\") used on line 8 of \"{D}/b\":\nno\n";
        assert_eq!(refusal(text).place, "{D}/b:8");
        let late = refusal(
            "AH00112: Warning: x\n(2)No such file: AH02291: no\nAH00014: Configuration check failed\n",
        );
        assert_eq!(late.message, "(2)No such file: AH02291: no");
        assert_eq!(refusal("AH00543: apache2: bad user name x\n").message, "bad user name x");
    }
}
