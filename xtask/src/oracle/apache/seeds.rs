//! Configurations that httpd takes, from which others are made.
//!
//! Invariant: everything that they name is in the case's folder or on every machine with the daemon's packages.

pub(super) const MODULES: &[&str] = &[
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
pub(super) fn head() -> String {
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
pub(super) const SEEDS: &[&str] = &[
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
