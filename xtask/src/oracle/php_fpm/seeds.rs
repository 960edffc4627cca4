//! Configurations that php-fpm takes, from which others are made.
//!
//! Invariant: everything that they name is in the case's folder or on every machine with the daemon's packages.

/// Configurations that the daemon takes.
pub(super) const SEEDS: &[&[(&str, &str)]] = &[
    &[(
        "php-fpm.conf",
        "[global]\npid = {D}/php-fpm.pid\nerror_log = {D}/error.log\nlog_level = notice\n\n\
         [www]\nuser = www-data\ngroup = www-data\nlisten = {D}/www.sock\nlisten.owner = www-data\n\
         listen.group = www-data\nlisten.mode = 0660\npm = dynamic\npm.max_children = 5\npm.start_servers = 2\n\
         pm.min_spare_servers = 1\npm.max_spare_servers = 3\n",
    )],
    &[
        (
            "php-fpm.conf",
            "; one file for each site\n[global]\nerror_log = {D}/error.log\nemergency_restart_threshold = 10\n\
             emergency_restart_interval = 1m\nprocess_control_timeout = 10s\n\ninclude={D}/pool.d/*.conf\n",
        ),
        (
            "pool.d/a.conf",
            "[a]\nuser = www-data\nlisten = 127.0.0.1:9001\nlisten.allowed_clients = 127.0.0.1,::1\npm = static\n\
             pm.max_children = 4\npm.max_requests = 500\naccess.log = {D}/$pool.access.log\n\
             access.format = \"%R - %u %t \\\"%m %r%Q%q\\\" %s %f %{milli}d %{kilo}M %C%%\"\n\
             slowlog = {D}/$pool.slow.log\nrequest_slowlog_timeout = 5s\nrequest_terminate_timeout = 30s\n\
             php_admin_value[memory_limit] = 128M\nphp_admin_flag[log_errors] = on\n",
        ),
        (
            "pool.d/b.conf",
            "[b]\nuser = nobody\ngroup = nogroup\nlisten = {D}/b.sock\npm = ondemand\npm.max_children = 8\n\
             pm.process_idle_timeout = 10s\npm.status_path = /status\nping.path = /ping\nping.response = pong\n\
             catch_workers_output = yes\ndecorate_workers_output = no\nclear_env = no\n\
             env[HOSTNAME] = $HOSTNAME\nenv[PATH] = /usr/local/bin:/usr/bin:/bin\nenv[TMP] = '/tmp'\n\
             security.limit_extensions = .php .phtml\nphp_value[session.save_path] = \"{D}/sessions\"\n",
        ),
        ("pool.d/c.conf.off", "[off]\nnothing here is read\n"),
    ],
    &[
        (
            "php-fpm.conf",
            "include = {D}/pool.d/*.conf\n\n[global]\npid = run/php-fpm.pid\nerror_log = {D}/error.log\n\
             daemonize = no\nlog_limit = 8192\nlog_buffering = no\nrlimit_files = 1024\nrlimit_core = unlimited\n\
             process.max = 128\nprocess.priority = -5\nevents.mechanism = epoll\nsyslog.facility = daemon\n\
             syslog.ident = php\nsystemd_interval = 10\n",
        ),
        (
            "pool.d/www.conf",
            "[www]\nprefix = {D}\nuser = $pool-data\nlisten = $pool.sock\nlisten.backlog = 511\n\
             listen.acl_users = www-data,nobody\nlisten.acl_groups = www-data\nchdir = /\n\
             pm = dynamic\npm.max_children = 20\npm.min_spare_servers = 2\npm.max_spare_servers = 6\n\
             pm.max_spawn_rate = 16\npm.status_path = \"/fpm-status\"\npm.status_listen = 127.0.0.1:9090\n\
             request_slowlog_trace_depth = 10\nslowlog = slow.log\naccess.log = access.log\n\
             access.suppress_path[] = /ping\nrequest_terminate_timeout_track_finished = yes\n\
             process.dumpable = yes\nphp_flag[display_errors] = off\n\
             php_admin_value[error_reporting] = E_ALL & ~E_DEPRECATED\n\
             php_admin_value[disable_functions] = exec,passthru\n",
        ),
    ],
    &[
        (
            "php-fpm.conf",
            "[global]\nerror_log = {D}/error.log\n[first]\nuser = www-data\nlisten = 9000\npm = static\n\
             pm.max_children = 2\nenv[A] = \"x ${memory_limit}y\"\nchroot = {D}/root\nchdir = /inner\n\
             include = {D}/more/common.conf\n[second]\nuser = www-data\nlisten = [::1]:9002\npm = ondemand\n\
             pm.max_children = 3\nphp_admin_value[sendmail_path] = \"/usr/sbin/sendmail -t -i -f 'a@example.org'\"\n\
             php_admin_value[open_basedir] = {D}/root:/tmp\nphp_value[date.timezone] = Europe/Vienna\n\
             include = {D}/more/common.conf\n",
        ),
        (
            "more/common.conf",
            "; for every pool\npm.max_requests = 100\nrlimit_files = 2048\ncatch_workers_output = 1\n",
        ),
        ("root/inner/", ""),
    ],
];
