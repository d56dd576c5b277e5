/**
 * The words of HAProxy, so that a misspelt one is seen: names only, as its manual lists them and as HAProxy 2.6 lists those
 * it has registered. `early` are those of 2.6 and before, `later` those that have come since.
 */
export interface Vocabulary {
  readonly early: ReadonlySet<string>
  readonly later: ReadonlySet<string>
}

const split = (text: string): string[] => text.split(/\s+/).filter(it => it !== '')
const vocabulary = (early: string, later = ''): Vocabulary => ({ early: new Set(split(early)), later: new Set(split(later)) })

/** The options of a line with the number of values that follow each. */
export interface Options {
  readonly early: ReadonlyMap<string, number>
  readonly later: ReadonlyMap<string, number>
}

const counted = (text: string): ReadonlyMap<string, number> =>
  new Map(split(text).map(it => (it.endsWith('=') ? [it.slice(0, -1), 1] : [it, 0])))
const options = (early: string, later: string): Options => ({ early: counted(early), later: counted(later) })

/** Of `global`. */
export const globalKeywords = vocabulary(
  `
  busy-polling ca-base chroot close-spread-time cluster-secret cpu-map crt-base daemon default-path description
  expose-experimental-directives external-check fd-hard-limit gid grace group h1-accept-payload-with-any-method h1-case-adjust
  h1-case-adjust-file h2-workaround-bogus-websocket-clients hard-stop-after httpclient.resolvers.id httpclient.resolvers.prefer
  httpclient.ssl.ca-file httpclient.ssl.verify insecure-fork-wanted insecure-setuid-wanted issuers-chain-path localpeer log
  log-send-hostname log-tag lua-load lua-load-per-thread lua-prepend-path master-worker max-spread-checks maxcompcpuusage maxcomprate
  maxconn maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem mworker-max-reloads nbproc nbthread no-memory-trimming
  node noepoll noevports nogetaddrinfo nokqueue nopoll noreuseport nosplice numa-cpu-mapping pidfile pp2-never-send-local presetenv
  profiling.tasks quiet resetenv server-state-base server-state-file set-dumpable set-var set-var-fmt setcap setenv spread-checks
  ssl-default-bind-ciphers ssl-default-bind-ciphersuites ssl-default-bind-curves ssl-default-bind-options ssl-default-server-ciphers
  ssl-default-server-ciphersuites ssl-default-server-options ssl-dh-param-file ssl-load-extra-del-ext ssl-load-extra-files
  ssl-mode-async ssl-propquery ssl-provider ssl-provider-path ssl-server-verify ssl-skip-self-issued-ca stats strict-limits
  thread-group thread-groups tune.buffers.limit tune.buffers.reserve tune.bufsize tune.chksize tune.comp.maxlevel tune.fail-alloc
  tune.fd.edge-triggered tune.h2.header-table-size tune.h2.initial-window-size tune.h2.max-concurrent-streams tune.h2.max-frame-size
  tune.http.cookielen tune.http.logurilen tune.http.maxhdr tune.idle-pool.shared tune.idletimer tune.listener.multi-queue
  tune.lua.forced-yield tune.lua.maxmem tune.lua.service-timeout tune.lua.session-timeout tune.lua.task-timeout tune.maxaccept
  tune.maxpollevents tune.maxrewrite tune.pattern.cache-size tune.peers.max-updates-at-once tune.pipesize tune.pool-high-fd-ratio
  tune.pool-low-fd-ratio tune.rcvbuf.client tune.rcvbuf.server tune.recv_enough tune.runqueue-depth tune.sched.low-latency
  tune.sndbuf.client tune.sndbuf.server tune.ssl.cachesize tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size
  tune.ssl.default-dh-param tune.ssl.force-private-cache tune.ssl.hard-maxrecord tune.ssl.keylog tune.ssl.lifetime tune.ssl.maxrecord
  tune.ssl.ssl-ctx-cache-size tune.vars.check-max-size tune.vars.global-max-size tune.vars.proc-max-size tune.vars.reqres-max-size
  tune.vars.sess-max-size tune.vars.txn-max-size uid ulimit-n unix-bind unsetenv user zero-warning
`,
  `
  51degrees-allow-unmatched 51degrees-cache-size 51degrees-data-file 51degrees-difference 51degrees-drift 51degrees-property-name-list
  51degrees-property-separator 51degrees-use-performance-graph 51degrees-use-predictive-graph acme.scheduler anonkey cpu-affinity
  cpu-policy cpu-set debug.counters deviceatlas-json-file deviceatlas-log-level deviceatlas-properties-cookie deviceatlas-separator
  dns-accept-family expose-deprecated-directives force-cfg-parser-pause h1-do-not-close-on-insecure-transfer-encoding
  harden.reject-privileged-ports.quic harden.reject-privileged-ports.tcp httpclient.resolvers.disabled httpclient.retries
  httpclient.timeout.connect jwt.decrypt_alg_list jwt.decrypt_enc_list key-base limited-quic max-threads-per-group mworker-no-keep
  no-quic noktls ocsp-update.disable ocsp-update.httpproxy ocsp-update.maxdelay ocsp-update.mindelay ocsp-update.mode prealloc-fd
  profiling.memory shm-stats-file shm-stats-file-max-objects ssl-default-bind-client-sigalgs ssl-default-bind-sigalgs
  ssl-default-server-client-sigalgs ssl-default-server-curves ssl-default-server-sigalgs ssl-engine ssl-passphrase-cmd
  ssl-security-level stats-file trace tune.applet.zero-copy-forwarding tune.bufsize.large tune.bufsize.small tune.cli.max-payload-size
  tune.defaults.purge tune.disable-fast-forward tune.disable-zero-copy-forwarding tune.epoll.mask-events
  tune.events.max-events-at-once tune.fd.tables tune.h1.be.glitches-threshold tune.h1.fe.glitches-threshold tune.h1.zero-copy-fwd-recv
  tune.h1.zero-copy-fwd-send tune.h2.be.glitches-threshold tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams
  tune.h2.be.max-frames-at-once tune.h2.be.rxbuf tune.h2.fe.glitches-threshold tune.h2.fe.initial-window-size
  tune.h2.fe.max-concurrent-streams tune.h2.fe.max-frames-at-once tune.h2.fe.max-rst-at-once tune.h2.fe.max-total-streams
  tune.h2.fe.rxbuf tune.h2.zero-copy-fwd-send tune.lua.bool-sample-conversion tune.lua.burst-timeout tune.lua.log.loggers
  tune.lua.log.stderr tune.lua.openlibs tune.max-checks-per-thread tune.max-rules-at-once tune.memory.hot-size
  tune.notsent-lowat.client tune.notsent-lowat.server tune.pt.zero-copy-forwarding tune.quic.backend.max-idle-timeout
  tune.quic.be.cc.cubic-min-losses tune.quic.be.cc.hystart tune.quic.be.cc.max-frame-loss tune.quic.be.cc.max-win-size
  tune.quic.be.cc.reorder-ratio tune.quic.be.max-idle-timeout tune.quic.be.sec.glitches-threshold tune.quic.be.stream.data-ratio
  tune.quic.be.stream.max-concurrent tune.quic.be.stream.rxbuf tune.quic.be.tx.pacing tune.quic.be.tx.udp-gso tune.quic.cc-hystart
  tune.quic.fe.cc.cubic-min-losses tune.quic.fe.cc.hystart tune.quic.fe.cc.max-frame-loss tune.quic.fe.cc.max-win-size
  tune.quic.fe.cc.reorder-ratio tune.quic.fe.max-idle-timeout tune.quic.fe.sec.glitches-threshold tune.quic.fe.sec.retry-threshold
  tune.quic.fe.sock-per-conn tune.quic.fe.stream.data-ratio tune.quic.fe.stream.max-concurrent tune.quic.fe.stream.max-total
  tune.quic.fe.stream.rxbuf tune.quic.fe.tx.pacing tune.quic.fe.tx.udp-gso tune.quic.frontend.conn-tx-buffers.limit
  tune.quic.frontend.glitches-threshold tune.quic.frontend.max-idle-timeout tune.quic.frontend.max-streams-bidi
  tune.quic.frontend.max-tx-mem tune.quic.listen tune.quic.max-frame-loss tune.quic.mem.tx-max tune.quic.reorder-ratio
  tune.quic.retry-threshold tune.quic.socket-owner tune.quic.zero-copy-fwd-send tune.rcvbuf.backend tune.rcvbuf.frontend
  tune.renice.runtime tune.renice.startup tune.ring.queues tune.sndbuf.backend tune.sndbuf.frontend tune.ssl.certificate-compression
  tune.ssl.keyupdate-rate-limit tune.ssl.ocsp-update.maxdelay tune.ssl.ocsp-update.mindelay tune.stick-counters
  tune.streams-elasticity tune.takeover-other-tg-connections tune.zlib.memlevel tune.zlib.windowsize warn-blocked-traffic-after
  wurfl-cache-size wurfl-data-file wurfl-information-list wurfl-information-list-separator
`
)

/** Of `defaults`, `frontend`, `listen` and `backend`; some are known only to be refused. */
export const proxyKeywords = vocabulary(
  `
  acl appsession backlog balance bind bind-process block capture clitcpka-cnt clitcpka-idle clitcpka-intvl clitimeout compression
  contimeout cookie declare default-server default_backend description disabled dispatch email-alert enabled error-log-format
  errorfile errorfiles errorloc errorloc302 errorloc303 external-check filter force-persist fullconn grace hash-balance-factor
  hash-type http-after-response http-check http-error http-request http-response http-reuse http-send-name-header id ignore-persist
  load-server-state-from-file log log-format log-format-sd log-tag max-keep-alive-queue max-session-srv-conns maxconn mode monitor
  monitor-net monitor-uri option persist rate-limit redirect redisp redispatch reqadd reqallow reqdel reqiallow reqidel reqideny
  reqipass reqirep reqpass reqrep reqtarpit retries retry-on rspadd rspdel rspdeny rspidel rspirep rsprep server
  server-state-file-name server-template source srvtcpka-cnt srvtcpka-idle srvtcpka-intvl srvtimeout stats stick stick-table tcp-check
  tcp-request tcp-response timeout transparent unique-id-format unique-id-header use-fcgi-app use-server use_backend
`,
  `
  be-unpublished crt filter-sequence force-be-switch guid hash-key hash-preserve-affinity log-steps quic-initial use-small-buffers
`
)

/** After `option` in a proxy. */
export const proxyOptions = vocabulary(
  `
  abortonclose accept-invalid-http-request accept-invalid-http-response allbackups checkcache clitcpka contstats disable-h2-upgrade
  dontlog-normal dontlognull external-check forceclose forwardfor h1-case-adjust-bogus-client h1-case-adjust-bogus-server
  http-buffer-request http-ignore-probes http-keep-alive http-no-delay http-pretend-keepalive http-restrict-req-hdr-names
  http-server-close http-tunnel http-use-proxy-header httpchk httpclose httplog httpslog idle-close-on-response independent-streams
  ldap-check log-health-checks log-separate-errors logasap mysql-check nolinger originalto persist pgsql-check prefer-last-server
  redis-check redispatch smtpchk socket-stats splice-auto splice-request splice-response spop-check srvtcpka ssl-hello-chk tcp-check
  tcp-smart-accept tcp-smart-connect tcpka tcplog transparent
`,
  `
  accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response forwarded http-drop-request-trailers
  http-drop-response-trailers use-small-buffers
`
)

/** After `bind <address>`, each with `=` when a value follows. */
export const bindOptions = options(
  `
  accept-netscaler-cip= accept-proxy allow-0rtt alpn= backlog= ca-file= ca-ignore-err= ca-sign-file= ca-sign-pass= ca-verify-file=
  ciphers= ciphersuites= crl-file= crt-ignore-err= crt-list= crt= curves= defer-accept ecdhe= expose-fd= force-sslv3 force-tlsv10
  force-tlsv11 force-tlsv12 force-tlsv13 generate-certificates gid= group= id= interface= level= maxconn= mode= mss= name= namespace=
  nice= no-ca-names no-sslv3 no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 npn= prefer-client-ciphers process= proto=
  severity-output= shards= ssl ssl-max-ver= ssl-min-ver= strict-sni tcp-ut= tfo thread= tls-ticket-keys= transparent uid= user= v4v6
  v6only verify=
`,
  `
  cc= client-sigalgs= default-crt= ech= guid-prefix= idle-ping= ktls= label= nbconn= no-alpn no-strict-sni quic-cc-algo=
  quic-force-retry quic-socket= sigalgs= tcp-md5sig= tcp-ss= tls-tickets
`
)

/** After `server <name> <address>`, each with `=` when a value follows. */
export const serverOptions = options(
  `
  addr= agent-addr= agent-check agent-inter= agent-port= agent-send= allow-0rtt alpn= backup ca-file= check check-alpn= check-proto=
  check-send-proxy check-sni= check-ssl check-via-socks4 ciphers= ciphersuites= cookie= crl-file= crt= disabled downinter= enabled
  error-limit= fall= fastinter= force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 id= init-addr= inter= log-proto=
  max-reuse= maxconn= maxqueue= minconn= namespace= no-agent-check no-backup no-check no-check-send-proxy no-check-ssl no-send-proxy
  no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 no-tfo no-tls-tickets no-tlsv10 no-tlsv11
  no-tlsv12 no-tlsv13 non-stick npn= observe= on-error= on-marked-down= on-marked-up= pool-low-conn= pool-max-conn= pool-purge-delay=
  port= proto= proxy-v2-options= redir= resolve-net= resolve-opts= resolve-prefer= resolvers= rise= send-proxy send-proxy-v2
  send-proxy-v2-ssl send-proxy-v2-ssl-cn slowstart= sni= socks4= source= ssl ssl-max-ver= ssl-min-ver= ssl-reuse stick tcp-ut= tfo
  tls-tickets track= usesrc= verify= verifyhost= weight= ws=
`,
  `
  cc= check-pool-conn-name= check-reuse-pool check-sni-auto client-sigalgs= curves= guid= hash-key= healthcheck= idle-ping=
  init-state= ktls= log-bufsize= no-check-reuse-pool no-check-sni-auto no-renegotiate no-sni-auto no-verifyhost pool-conn-name=
  quic-cc-algo= renegotiate set-proxy-v2-tlv-fmt= shard= sigalgs= sni-auto strict-maxconn tcp-md5sig=
`
)

/** Between the brackets of a line of a crt-list. */
export const crtListOptions = options(
  `
  allow-0rtt alpn= ca-file= ca-verify-file= ciphers= ciphersuites= crl-file= curves= ecdhe= no-ca-names npn= ssl-max-ver= ssl-min-ver=
  verify=
`,
  `
  acme= alias= bits= client-sigalgs= crt= domains= generate-dummy= ips= issuer= jwt= key= keytype= label= no-alpn ocsp-update= ocsp=
  sctl= sigalgs=
`
)

/** Sample fetches. */
export const fetches = vocabulary(
  `
  always_false always_true avg_queue base base32 base32+src baseq bc_dst bc_dst_port bc_err bc_err_str bc_http_major bc_src
  bc_src_port be_conn be_conn_free be_id be_name be_server_timeout be_sess_rate be_tunnel_timeout bin bool capture.req.hdr
  capture.req.method capture.req.uri capture.req.ver capture.res.hdr capture.res.ver connslots cook cook_cnt cook_val cookie cpu_calls
  cpu_ns_avg cpu_ns_tot cur_server_timeout cur_tunnel_timeout date date_us distcc_body distcc_param dst dst_conn dst_is_local dst_port
  env fc_dst fc_dst_is_local fc_dst_port fc_err fc_err_str fc_fackets fc_http_major fc_lost fc_pp_authority fc_pp_unique_id
  fc_rcvd_proxy fc_reordering fc_retrans fc_rtt fc_rttvar fc_sacked fc_src fc_src_is_local fc_src_port fc_unacked fcgi.docroot
  fcgi.index fe_client_timeout fe_conn fe_defbe fe_id fe_name fe_req_rate fe_sess_rate hdr hdr_cnt hdr_ip hdr_val hostname http_auth
  http_auth_bearer http_auth_group http_auth_pass http_auth_type http_auth_user http_first_req int internal.htx.data internal.htx.free
  internal.htx.free_data internal.htx.has_eom internal.htx.nbblks internal.htx.size internal.htx.used internal.htx_blk.data
  internal.htx_blk.hdrname internal.htx_blk.hdrval internal.htx_blk.size internal.htx_blk.start_line internal.htx_blk.type
  internal.strm.is_htx ipv4 ipv6 last_rule_file last_rule_line lat_ns_avg lat_ns_tot meth method nbproc nbsrv path pathq payload
  payload_lv prio_class prio_offset proc query queue rand rdp_cookie rdp_cookie_cnt rep_ssl_hello_type req.body req.body_len
  req.body_param req.body_size req.cook req.cook_cnt req.cook_val req.fhdr req.fhdr_cnt req.hdr req.hdr_cnt req.hdr_ip req.hdr_names
  req.hdr_val req.hdrs req.hdrs_bin req.len req.payload req.payload_lv req.proto_http req.rdp_cookie req.rdp_cookie_cnt req.ssl_alpn
  req.ssl_ec_ext req.ssl_hello_type req.ssl_sni req.ssl_st_ext req.ssl_ver req.ver req_len req_proto_http req_ssl_hello_type
  req_ssl_sni req_ssl_ver req_ver res.body res.body_len res.body_size res.cache_hit res.cache_name res.comp res.comp_algo res.cook
  res.cook_cnt res.cook_val res.fhdr res.fhdr_cnt res.hdr res.hdr_cnt res.hdr_ip res.hdr_names res.hdr_val res.hdrs res.hdrs_bin
  res.len res.payload res.payload_lv res.ssl_hello_type res.ver resp_ver sc0_bytes_in_rate sc0_bytes_out_rate sc0_clr_gpc0
  sc0_clr_gpc1 sc0_conn_cnt sc0_conn_cur sc0_conn_rate sc0_get_gpc0 sc0_get_gpc1 sc0_get_gpt0 sc0_gpc0_rate sc0_gpc1_rate
  sc0_http_err_cnt sc0_http_err_rate sc0_http_fail_cnt sc0_http_fail_rate sc0_http_req_cnt sc0_http_req_rate sc0_inc_gpc0 sc0_inc_gpc1
  sc0_kbytes_in sc0_kbytes_out sc0_sess_cnt sc0_sess_rate sc0_tracked sc0_trackers sc1_bytes_in_rate sc1_bytes_out_rate sc1_clr_gpc
  sc1_clr_gpc0 sc1_clr_gpc1 sc1_conn_cnt sc1_conn_cur sc1_conn_rate sc1_get_gpc0 sc1_get_gpc1 sc1_get_gpt0 sc1_gpc0_rate sc1_gpc1_rate
  sc1_http_err_cnt sc1_http_err_rate sc1_http_fail_cnt sc1_http_fail_rate sc1_http_req_cnt sc1_http_req_rate sc1_inc_gpc0 sc1_inc_gpc1
  sc1_kbytes_in sc1_kbytes_out sc1_sess_cnt sc1_sess_rate sc1_tracked sc1_trackers sc2_bytes_in_rate sc2_bytes_out_rate sc2_clr_gpc0
  sc2_clr_gpc1 sc2_conn_cnt sc2_conn_cur sc2_conn_rate sc2_get_gpc0 sc2_get_gpc1 sc2_get_gpt0 sc2_gpc0_rate sc2_gpc1_rate
  sc2_http_err_cnt sc2_http_err_rate sc2_http_fail_cnt sc2_http_fail_rate sc2_http_req_cnt sc2_http_req_rate sc2_inc_gpc0 sc2_inc_gpc1
  sc2_kbytes_in sc2_kbytes_out sc2_sess_cnt sc2_sess_rate sc2_tracked sc2_trackers sc_bytes_in_rate sc_bytes_out_rate sc_clr_gpc
  sc_clr_gpc0 sc_clr_gpc1 sc_conn_cnt sc_conn_cur sc_conn_rate sc_get_gpc sc_get_gpc0 sc_get_gpc1 sc_get_gpt sc_get_gpt0 sc_gpc0_rate
  sc_gpc1_rate sc_gpc_rate sc_http_err_cnt sc_http_err_rate sc_http_fail_cnt sc_http_fail_rate sc_http_req_cnt sc_http_req_rate
  sc_inc_gpc sc_inc_gpc0 sc_inc_gpc1 sc_kbytes_in sc_kbytes_out sc_sess_cnt sc_sess_rate sc_tracked sc_trackers scook scook_cnt
  scook_val shdr shdr_cnt shdr_ip shdr_val so_id so_name src src_bytes_in_rate src_bytes_out_rate src_clr_gpc src_clr_gpc0
  src_clr_gpc1 src_conn_cnt src_conn_cur src_conn_rate src_get_gpc src_get_gpc0 src_get_gpc1 src_get_gpt src_get_gpt0 src_gpc0_rate
  src_gpc1_rate src_gpc_rate src_http_err_cnt src_http_err_rate src_http_fail_cnt src_http_fail_rate src_http_req_cnt
  src_http_req_rate src_inc_gpc src_inc_gpc0 src_inc_gpc1 src_is_local src_kbytes_in src_kbytes_out src_port src_sess_cnt
  src_sess_rate src_updt_conn_cnt srv_conn srv_conn_free srv_id srv_is_up srv_iweight srv_name srv_queue srv_sess_rate srv_uweight
  srv_weight ssl_bc ssl_bc_alg_keysize ssl_bc_alpn ssl_bc_cipher ssl_bc_client_random ssl_bc_err ssl_bc_err_str ssl_bc_is_resumed
  ssl_bc_npn ssl_bc_protocol ssl_bc_server_random ssl_bc_session_id ssl_bc_session_key ssl_bc_unique_id ssl_bc_use_keysize
  ssl_c_ca_err ssl_c_ca_err_depth ssl_c_chain_der ssl_c_der ssl_c_err ssl_c_i_dn ssl_c_key_alg ssl_c_notafter ssl_c_notbefore
  ssl_c_s_dn ssl_c_serial ssl_c_sha1 ssl_c_sig_alg ssl_c_used ssl_c_verify ssl_c_version ssl_f_der ssl_f_i_dn ssl_f_key_alg
  ssl_f_notafter ssl_f_notbefore ssl_f_s_dn ssl_f_serial ssl_f_sha1 ssl_f_sig_alg ssl_f_version ssl_fc ssl_fc_alg_keysize ssl_fc_alpn
  ssl_fc_cipher ssl_fc_cipherlist_bin ssl_fc_cipherlist_hex ssl_fc_cipherlist_str ssl_fc_cipherlist_xxh
  ssl_fc_client_early_traffic_secret ssl_fc_client_handshake_traffic_secret ssl_fc_client_random ssl_fc_client_traffic_secret_0
  ssl_fc_early_exporter_secret ssl_fc_ecformats_bin ssl_fc_eclist_bin ssl_fc_err ssl_fc_err_str ssl_fc_exporter_secret
  ssl_fc_extlist_bin ssl_fc_has_crt ssl_fc_has_early ssl_fc_has_sni ssl_fc_is_resumed ssl_fc_npn ssl_fc_protocol
  ssl_fc_protocol_hello_id ssl_fc_server_handshake_traffic_secret ssl_fc_server_random ssl_fc_server_traffic_secret_0
  ssl_fc_session_id ssl_fc_session_key ssl_fc_sni ssl_fc_unique_id ssl_fc_use_keysize ssl_s_chain_der ssl_s_der ssl_s_i_dn
  ssl_s_key_alg ssl_s_notafter ssl_s_notbefore ssl_s_s_dn ssl_s_serial ssl_s_sha1 ssl_s_sig_alg ssl_s_version status stopping str
  table_avl table_cnt thread unique-id url url32 url32+src url_ip url_param url_port urlp urlp_val uuid var wait_end
`,
  `
  accept_date act_conn bc.timer.connect bc_be_queue bc_err_name bc_glitches bc_nb_streams bc_reused bc_rtt bc_rttvar
  bc_settings_streams_limit bc_srv_queue be_connect_timeout be_max_retries be_queue_timeout be_tarpit_timeout bs.aborted bs.debug_str
  bs.id bs.rst_code bytes_in bytes_out cpu_usage_grp cpu_usage_proc cpu_usage_thr cur_client_timeout cur_connect_timeout
  cur_max_retries cur_queue_timeout cur_tarpit_timeout dump_all_vars fc.timer.handshake fc.timer.total fc_err_name fc_glitches
  fc_nb_streams fc_pp_tlv fc_saved_syn fc_settings_streams_limit fe_tarpit_timeout fs.aborted fs.debug_str fs.id fs.rst_code
  last_entity pid quic_enabled req.bytes_in req.bytes_out req.cook_names req.ssl_cipherlist req.ssl_keyshare_groups req.ssl_sigalgs
  req.ssl_supported_groups req.timer.hdr req.timer.idle req.timer.queue req.timer.tq request_date res.bytes_in res.bytes_out
  res.cook_names res.timer.data res.timer.hdr sc0_glitch_cnt sc0_glitch_rate sc0_key sc1_glitch_cnt sc1_glitch_rate sc1_key
  sc2_glitch_cnt sc2_glitch_rate sc2_key sc_glitch_cnt sc_glitch_rate sc_key server_status src_glitch_cnt src_glitch_rate
  ssl_bc_client_early_traffic_secret ssl_bc_client_handshake_traffic_secret ssl_bc_client_traffic_secret_0 ssl_bc_curve
  ssl_bc_early_exporter_secret ssl_bc_exporter_secret ssl_bc_server_handshake_traffic_secret ssl_bc_server_traffic_secret_0 ssl_bc_sni
  ssl_c_policies ssl_c_r_dn ssl_c_san ssl_fc_crtname ssl_fc_curve ssl_fc_early_rcvd ssl_fc_sigalgs_bin ssl_fc_supported_versions_bin
  term_events tgroup txn.conn_retries txn.id32 txn.redispatched txn.sess_term_state txn.status txn.timer.total txn.timer.user uptime
  waiting_entity
`
)

/** Converters. */
export const converters = vocabulary(
  `
  add add_item aes_gcm_dec and b64dec base64 be2dec be2hex bool bytes capture-req capture-res concat cpl crc32 crc32c cut_crlf debug
  digest div djb2 even field fix_is_valid fix_tag_value hex hex2i hmac host_only htonl http_date iif in_table ipmask json json_query
  jwt_header_query jwt_payload_query jwt_verify language length lower ltime ltrim map map_beg map_beg_int map_beg_ip map_dir
  map_dir_int map_dir_ip map_dom map_dom_int map_dom_ip map_end map_end_int map_end_ip map_int map_int_int map_int_ip map_ip
  map_ip_int map_ip_ip map_reg map_reg_int map_reg_ip map_regm map_str map_str_int map_str_ip map_sub map_sub_int map_sub_ip mod
  mqtt_field_value mqtt_is_valid mul nbsrv neg not odd or port_only protobuf regsub rtrim sdbm secure_memcmp set-var sha1 sha2
  srv_queue strcmp sub table_bytes_in_rate table_bytes_out_rate table_conn_cnt table_conn_cur table_conn_rate table_expire table_gpc
  table_gpc0 table_gpc0_rate table_gpc1 table_gpc1_rate table_gpc_rate table_gpt table_gpt0 table_http_err_cnt table_http_err_rate
  table_http_fail_cnt table_http_fail_rate table_http_req_cnt table_http_req_rate table_idle table_kbytes_in table_kbytes_out
  table_server_id table_sess_cnt table_sess_rate table_trackers ub64dec ub64enc ungrpc unset-var upper url_dec url_enc utime word wt6
  xor xxh3 xxh32 xxh64
`,
  `
  aes_cbc_dec aes_cbc_enc aes_gcm_enc base2 eth.data eth.dst eth.hdr eth.proto eth.src eth.vlan fe_exists has_ctl ip.data ip.df ip.dst
  ip.fp ip.hdr ip.proto ip.src ip.tos ip.ttl ip.ver jwt_decrypt_cert jwt_decrypt_jwk jwt_decrypt_secret jwt_verify_cert le2dec
  map_match map_match_output ms_ltime ms_utime param reverse_dom rfc7239_field rfc7239_is_valid rfc7239_n2nn rfc7239_n2np rfc7239_nn
  rfc7239_np table_clr_gpc table_clr_gpc0 table_clr_gpc1 table_glitch_cnt table_glitch_rate table_inc_gpc table_inc_gpc0
  table_inc_gpc1 tcp.dst tcp.flags tcp.options.mss tcp.options.sack tcp.options.tsopt tcp.options.tsval tcp.options.wscale
  tcp.options.wsopt tcp.options_list tcp.seq tcp.src tcp.win us_ltime us_utime x509_v_err_str
`
)

/** Names of matches on a fetch: `path_beg` for `path -m beg`. */
export const aclKeywords = vocabulary(
  `
  base base_beg base_dir base_dom base_end base_len base_reg base_sub cook cook_beg cook_dir cook_dom cook_end cook_len cook_reg
  cook_sub hdr hdr_beg hdr_dir hdr_dom hdr_end hdr_len hdr_reg hdr_sub http_auth_group method path path_beg path_dir path_dom path_end
  path_len path_reg path_sub payload payload_lv req.ssl_ver req_rdp_cookie req_rdp_cookie_cnt req_ssl_sni req_ssl_ver req_ver resp_ver
  scook scook_beg scook_dir scook_dom scook_end scook_len scook_reg scook_sub shdr shdr_beg shdr_dir shdr_dom shdr_end shdr_len
  shdr_reg shdr_sub ssl_fc_sni_end ssl_fc_sni_reg url url_beg url_dir url_dom url_end url_len url_reg url_sub urlp urlp_beg urlp_dir
  urlp_dom urlp_end urlp_len urlp_reg urlp_sub
`
)

/** The actions of each set of rules; `*` stands for a parenthesis or more letters. */
export const actions: Readonly<Record<string, Vocabulary>> = {
  'tcp-request connection': vocabulary(
    `
  accept capture expect-netscaler-cip expect-proxy reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-dst
  set-dst-port set-mark set-src set-src-port set-tos set-var* set-var-fmt* silent-drop track-sc* unset-var*
`,
    `
  do-log sc-add-gpc* set-fc-mark* set-fc-tos* track-sc0* track-sc1* track-sc2*
`
  ),
  'tcp-request session': vocabulary(
    `
  accept expect-proxy reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-dst set-dst-port set-mark set-src
  set-src-port set-tos set-var* set-var-fmt* silent-drop track-sc* unset-var*
`,
    `
  attach-srv do-log sc-add-gpc* set-fc-mark* set-fc-tos* track-sc0* track-sc1* track-sc2*
`
  ),
  'tcp-request content': vocabulary(
    `
  accept capture do-resolve* expect-netscaler-cip expect-proxy lua.* ot-group reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt*
  sc-set-gpt0* send-spoe-group set-dst set-dst-port set-log-level set-mark set-nice set-priority-class set-priority-offset set-src
  set-src-port set-tos set-var* set-var-fmt* silent-drop switch-mode track-sc* unset-var* use-service
`,
    `
  do-log sc-add-gpc* set-bandwidth-limit set-bc-mark* set-bc-tos* set-fc-mark* set-fc-tos* set-retries track-sc0* track-sc1*
  track-sc2*
`
  ),
  'tcp-response content': vocabulary(
    `
  accept close ot-group reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* send-spoe-group set-log-level set-mark
  set-nice set-tos set-var* set-var-fmt* silent-drop unset-var*
`,
    `
  do-log sc-add-gpc* set-bandwidth-limit set-fc-mark* set-fc-tos*
`
  ),
  'http-request': vocabulary(
    `
  add-acl* add-header allow auth cache-use capture del-acl* del-header del-map* deny disable-l7-retry do-resolve* early-hint
  normalize-uri ot-group redirect reject replace-header replace-path replace-pathq replace-uri replace-value return sc-inc-gpc*
  sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* send-spoe-group set-dst set-dst-port set-header set-log-level set-map* set-mark
  set-method set-nice set-path set-pathq set-priority-class set-priority-offset set-query set-src set-src-port set-timeout set-tos
  set-uri set-var* set-var-fmt* silent-drop strict-mode tarpit track-sc* unset-var* use-service wait-for-body wait-for-handshake
`,
    `
  add-headers-bin del-headers-bin do-log pause sc-add-gpc* set-bandwidth-limit set-bc-mark* set-bc-tos* set-fc-mark* set-fc-tos*
  set-headers-bin set-retries track-sc0* track-sc1* track-sc2*
`
  ),
  'http-response': vocabulary(
    `
  add-acl* add-header allow cache-store capture del-acl* del-header del-map* deny ot-group redirect replace-header replace-value
  return sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* send-spoe-group set-header set-log-level set-map* set-mark
  set-nice set-status set-tos set-var* set-var-fmt* silent-drop strict-mode track-sc* unset-var* wait-for-body
`,
    `
  add-headers-bin del-headers-bin do-log pause sc-add-gpc* set-bandwidth-limit set-fc-mark* set-fc-tos* set-headers-bin set-timeout
  track-sc0* track-sc1* track-sc2*
`
  ),
  'http-after-response': vocabulary(
    `
  add-header allow capture del-header ot-group replace-header replace-value set-header set-status set-var* set-var-fmt* strict-mode
  unset-var*
`,
    `
  add-headers-bin del-headers-bin del-map* do-log sc-add-gpc* sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0*
  set-headers-bin set-log-level set-map*
`
  )
}
