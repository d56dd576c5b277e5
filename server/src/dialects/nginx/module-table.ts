/**
 * Directives of modules by others, as Debian packages them, in the same form. They change from version to version, so they
 * only tell which names are known; what is said of their places and arguments is used where these very versions are compared with.
 */
export const moduleDirectives = `
access_by_lua hslj 1
access_by_lua_block hslj 0{
access_by_lua_file hslj 1
access_by_lua_no_postpone h f f
ack_window RQ 1 n
application Q 1{
auth_pam hslx 1 s
auth_pam_service_name hslx 1 s
auth_pam_set_pam_env hslx f f
balancer_by_lua_block u 0{
balancer_by_lua_file u 1
body_filter_by_lua hslj 1
body_filter_by_lua_block hslj 0{
body_filter_by_lua_file hslj 1
brotli hslj f f
brotli_buffers hsl 2 b
brotli_comp_level hsl 1 n
brotli_min_length hsl 1 z
brotli_static hsl 1 e:off,on,always
brotli_types hsl 1+
brotli_window hsl 1 z
buffer RQP 1 t
buflen RQ 1 t
busy RQ 1 f
chunk_size RQ 1 n
content_by_lua lj 1
content_by_lua_block lj 0{
content_by_lua_file lj 1
dash RQP 1 f
dash_cleanup RQP 1 f
dash_fragment RQP 1 t
dash_nested RQP 1 f
dash_path RQP 1 s
dash_playlist_length RQP 1 t
dav_ext_lock hsl 1
dav_ext_lock_zone h 12
dav_ext_methods hsl 1+ m:off,propfind,options,lock,unlock
drop_idle_publisher RQP 1
echo lj *
echo_abort_parent lj 0
echo_after_body lj *
echo_before_body lj *
echo_blocking_sleep lj 1
echo_duplicate lj 2+
echo_end lj 0
echo_exec lj 12
echo_flush lj 0
echo_foreach_split lj 2+
echo_location lj 12
echo_location_async lj 12
echo_read_request_body lj 0
echo_request_body lj 0
echo_reset_timer lj 0
echo_sleep lj 1
echo_status lj 1 n
echo_subrequest lj 2+
echo_subrequest_async lj 2+
exec RQP 1+
exec_kill_signal RQP 1
exec_options RQP 1 f
exec_play RQP 1+
exec_play_done RQP 1+
exec_publish RQP 1+
exec_publish_done RQP 1+
exec_pull RQP 1+
exec_push RQP 1+
exec_record_done RQP 1+
exec_static RQP 1+
exit_worker_by_lua_block h 0{
exit_worker_by_lua_file h 1
fair u *
fancyindex hsl f f
fancyindex_css_href hsl f s
fancyindex_default_sort hsl 1 e:name,size,date,name_desc,size_desc,date_desc
fancyindex_directories_first hsl f f
fancyindex_exact_size hsl f f
fancyindex_footer hsl 12
fancyindex_header hsl 12
fancyindex_hide_parent_dir hsl f f
fancyindex_hide_symlinks hsl f f
fancyindex_ignore hsl 1+
fancyindex_localtime hsl f f
fancyindex_name_length hsl f n
fancyindex_show_dotfiles hsl f f
fancyindex_show_path hsl f f
fancyindex_time_format hsl f s
fastcgi_cache_purge hsl 1+
geoip2 h 1{
geoip2 H 1{
geoip2_proxy h 1
geoip2_proxy_recursive h f f
header_filter_by_lua hslj 1
header_filter_by_lua_block hslj 0{
header_filter_by_lua_file hslj 1
hls RQP 1 f
hls_audio_buffer_size RQP 1 z
hls_base_url RQP 1 s
hls_cleanup RQP 1 f
hls_continuous RQP 1 f
hls_fragment RQP 1 t
hls_fragment_naming RQP 1 e:sequential,timestamp,system
hls_fragment_naming_granularity RQP 1 n
hls_fragment_slicing RQP 1 e:plain,aligned
hls_fragments_per_key RQP 1 n
hls_key_path RQP 1 s
hls_key_url RQP 1 s
hls_keys RQP 1 f
hls_max_audio_delay RQP 1 t
hls_max_fragment RQP 1 t
hls_muxdelay RQP 1 t
hls_nested RQP 1 f
hls_path RQP 1 s
hls_playlist_length RQP 1 t
hls_sync RQP 1 t
hls_type RQP 1 e:live,event
hls_variant RQP 1+
idle_streams RQP 1 f
init_by_lua h 1
init_by_lua_block h 0{
init_by_lua_file h 1
init_worker_by_lua h 1
init_worker_by_lua_block h 0{
init_worker_by_lua_file h 1
interleave RQP 1 f
js_access HS 1 s
js_body_filter ljx 12
js_content ljx 1
js_fetch_buffer_size hsl 1 z
js_fetch_buffer_size HS 1 z
js_fetch_ciphers hsl 1 s
js_fetch_max_response_buffer_size hsl 1 z
js_fetch_max_response_buffer_size HS 1 z
js_fetch_protocols hsl 1+ m:TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
js_fetch_timeout hsl 1 t
js_fetch_timeout HS 1 t
js_fetch_trusted_certificate hsl 1 s
js_fetch_verify hsl f f
js_fetch_verify_depth hsl 1 n
js_filter HS 1 s
js_header_filter ljx 1 s
js_import hsl 13
js_import HS 13
js_path hsl 1
js_path HS 1
js_preload_object hsl 13
js_preload_object HS 13
js_preread HS 1 s
js_set hsl 2
js_set HS 2
js_var hsl 12
js_var HS 12
live RQP 1 f
log_by_lua hslj 1
log_by_lua_block hslj 0{
log_by_lua_file hslj 1
lua_capture_error_log h 1
lua_check_client_abort hslj f f
lua_code_cache hslj f
lua_http10_buffering hslj f f
lua_load_resty_core h f
lua_malloc_trim h 1
lua_max_pending_timers h 1 n
lua_max_running_timers h 1 n
lua_need_request_body hslj f f
lua_package_cpath h 1
lua_package_path h 1
lua_regex_cache_max_entries h 1
lua_regex_match_limit h 1
lua_sa_restart h f f
lua_shared_dict h 2
lua_socket_buffer_size hslj 1 z
lua_socket_connect_timeout hslj 1 t
lua_socket_keepalive_timeout hslj 1 t
lua_socket_log_errors hslj f f
lua_socket_pool_size hslj 1 n
lua_socket_read_timeout hslj 1 t
lua_socket_send_lowat hslj 1 z
lua_socket_send_timeout hslj 1 t
lua_ssl_ciphers hsl 1 s
lua_ssl_conf_command hsl 2
lua_ssl_crl hsl 1 s
lua_ssl_protocols hsl 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
lua_ssl_trusted_certificate hsl 1 s
lua_ssl_verify_depth hsl 1 n
lua_thread_cache_max_entries h 1 n
lua_transform_underscores_in_response_headers hslj f f
lua_use_default_type hslj f f
lua_worker_thread_vm_pool_size h 1 n
max_connections RQP 1 n
max_headers hs 1 n
max_message RQ 1 z
max_streams RQ 1 n
memc_buffer_size hsl 1 z
memc_cmds_allowed hslj 1+
memc_connect_timeout hsl 1 t
memc_flags_to_last_modified lj f f
memc_ignore_client_abort lj f f
memc_next_upstream hsl 1+ m:error,timeout,invalid_response,not_found,off
memc_pass lj 1
memc_read_timeout hsl 1 t
memc_send_timeout hsl 1 t
memc_upstream_fail_timeout hsl 1
memc_upstream_max_fails hsl 1
meta RQP 1 e:off,on,copy
modsecurity hsl f f
modsecurity_rules hsl 1
modsecurity_rules_file hsl 1
modsecurity_rules_remote hsl 2
modsecurity_transaction_id hsl 1+
more_clear_headers hslj 1+
more_clear_input_headers hslj 1+
more_set_headers hslj 1+
more_set_input_headers hslj 1+
nchan_access_control_allow_credentials hslj 1 f
nchan_access_control_allow_origin hslj 1 d
nchan_authorize_request slj 1 d
nchan_benchmark l 0
nchan_benchmark_channels l 1 n
nchan_benchmark_message_padding_bytes l 1 n
nchan_benchmark_messages_per_channel_per_minute l 1 n
nchan_benchmark_publisher_distribution l 1
nchan_benchmark_subscriber_distribution l 1
nchan_benchmark_subscribers_per_channel l 1 n
nchan_benchmark_time l 1 T
nchan_channel_event_string slj 1 d
nchan_channel_events_channel_id slj 1
nchan_channel_group slj 1 d
nchan_channel_group_accounting sl 1 f
nchan_channel_id slj 1234567
nchan_channel_id_split_delimiter slj 1 s
nchan_channel_timeout hsl 1 T
nchan_deflate_message_for_websocket sl 1
nchan_eventsource_event slj 1 s
nchan_eventsource_ping_comment slj 1
nchan_eventsource_ping_data slj 1
nchan_eventsource_ping_event slj 1
nchan_eventsource_ping_interval slj 1 T
nchan_group_location l 0123
nchan_group_max_channels l 1 d
nchan_group_max_messages l 1 d
nchan_group_max_messages_disk l 1 d
nchan_group_max_messages_memory l 1 d
nchan_group_max_subscribers l 1 d
nchan_longpoll_multipart_response slj 1
nchan_max_channel_id_length hsl 1 n
nchan_max_channel_subscribers hsl 1 n
nchan_max_reserved_memory h 1
nchan_message_buffer_length hsl 1
nchan_message_max_buffer_length hsl 1
nchan_message_temp_path h 1
nchan_message_timeout hsl 1
nchan_permessage_deflate_compression_level h 1
nchan_permessage_deflate_compression_memlevel h 1
nchan_permessage_deflate_compression_strategy h 1
nchan_permessage_deflate_compression_window h 1
nchan_pub_channel_id slj 1234567
nchan_publisher slj 012
nchan_publisher_channel_id slj 1234567
nchan_publisher_location slj 012
nchan_publisher_upstream_request slj 1 d
nchan_pubsub slj 0123456
nchan_pubsub_channel_id slj 1234567
nchan_pubsub_location slj 0123456
nchan_redis_accurate_subscriber_count u 1 f
nchan_redis_cluster_check_interval u 1 t
nchan_redis_cluster_check_interval_backoff u 1
nchan_redis_cluster_check_interval_jitter u 1
nchan_redis_cluster_check_interval_max u 1 t
nchan_redis_cluster_check_interval_min u 1 t
nchan_redis_cluster_connect_timeout u 1 t
nchan_redis_cluster_max_failing_time u 1 t
nchan_redis_cluster_recovery_delay u 1 t
nchan_redis_cluster_recovery_delay_backoff u 1
nchan_redis_cluster_recovery_delay_jitter u 1
nchan_redis_cluster_recovery_delay_max u 1 t
nchan_redis_cluster_recovery_delay_min u 1 t
nchan_redis_command_timeout u 1 t
nchan_redis_connect_timeout u 1 t
nchan_redis_discovered_ip_range_blacklist u 1234567
nchan_redis_fakesub_timer_interval h 1 t
nchan_redis_idle_channel_cache_timeout hsl 1 T
nchan_redis_idle_channel_keepalive_backoff u 1
nchan_redis_idle_channel_keepalive_jitter u 1
nchan_redis_idle_channel_keepalive_max u 1 t
nchan_redis_idle_channel_keepalive_min u 1 t
nchan_redis_idle_channel_keepalive_safety_margin u 1 t
nchan_redis_load_scripts_unconditionally u 1 f
nchan_redis_namespace hslu 1 s
nchan_redis_node_connect_timeout u 1 t
nchan_redis_nostore_fastpublish hsu 1 f
nchan_redis_optimize_target u 1
nchan_redis_pass hsl 1
nchan_redis_pass_inheritable hsl 1 f
nchan_redis_password u 1 s
nchan_redis_ping_interval hslu 1 T
nchan_redis_publish_msgpacked_max_size h 1 z
nchan_redis_reconnect_delay u 1 t
nchan_redis_reconnect_delay_backoff u 1
nchan_redis_reconnect_delay_jitter u 1
nchan_redis_reconnect_delay_max u 1 t
nchan_redis_reconnect_delay_min u 1 t
nchan_redis_retry_commands u 1 f
nchan_redis_retry_commands_max_wait u 1 t
nchan_redis_server u 1
nchan_redis_ssl u 1 f
nchan_redis_ssl_ciphers u 1 s
nchan_redis_ssl_client_certificate u 1 s
nchan_redis_ssl_client_certificate_key u 1 s
nchan_redis_ssl_server_name u 1 s
nchan_redis_ssl_trusted_certificate u 1 s
nchan_redis_ssl_trusted_certificate_path u 1 s
nchan_redis_ssl_verify_certificate u 1 f
nchan_redis_storage_mode hslu 1
nchan_redis_subscribe_weights u 12
nchan_redis_tls u 1 f
nchan_redis_tls_ciphers u 1 s
nchan_redis_tls_client_certificate u 1 s
nchan_redis_tls_server_name u 1 s
nchan_redis_tls_trusted_certificate u 1 s
nchan_redis_tls_trusted_certificate_path u 1 s
nchan_redis_tls_verify_certificate u 1 f
nchan_redis_upstream_stats sl 1
nchan_redis_upstream_stats_disconnected_timeout u 1 f
nchan_redis_upstream_stats_enabled u 1 f
nchan_redis_url hsl 1
nchan_redis_username u 1 s
nchan_redis_wait_after_connecting hsl 1
nchan_shared_memory_size h 1
nchan_storage_engine hsl 1
nchan_store_messages hslj 1
nchan_stub_status l 0
nchan_sub_channel_id slj 1234567
nchan_subscribe_existing_channels_only hsl 1 f
nchan_subscribe_request slj 1 d
nchan_subscriber slj 012345
nchan_subscriber_channel_id slj 1234567
nchan_subscriber_compound_etag_message_id slj 1 f
nchan_subscriber_first_message slj 1
nchan_subscriber_http_raw_stream_separator slj 1
nchan_subscriber_info l 0
nchan_subscriber_info_string sl 1 d
nchan_subscriber_last_message_id slj 12345
nchan_subscriber_location slj 012345
nchan_subscriber_message_id_custom_etag_header slj 1 s
nchan_subscriber_timeout hslj 1 T
nchan_unsubscribe_request slj 1
nchan_use_redis hsl 1
nchan_websocket_client_heartbeat slj 2
nchan_websocket_ping_interval slj 1 T
netcall_buffer RQ 1 z
netcall_timeout RQ 1 t
notify_method RQP 1
notify_relay_redirect RQP 1 f
notify_update_strict RQP 1 f
notify_update_timeout RQP 1 t
on_connect RQ 1
on_disconnect RQ 1
on_done RQP 1
on_play RQP 1
on_play_done RQP 1
on_publish RQP 1
on_publish_done RQP 1
on_record_done RQP 1
on_update RQP 1
out_cork RQ 1 z
out_queue RQ 1 z
ping RQ 1 t
ping_timeout RQ 1 t
play RQP 1+
play_local_path RQP 1 s
play_restart RQP 1 f
play_temp_path RQP 1 s
play_time_fix RQP 1 f
proxy_cache_purge hsl 1+
publish_notify RQP 1 f
publish_time_fix RQP 1 f
pull P 1+
pull_reconnect RQP 1 t
push P 1+
push_authorized_channels_only hsl 1 f
push_channel_group slj 1 d
push_channel_timeout hsl 1 T
push_max_channel_id_length hsl 1 n
push_max_channel_subscribers hsl 1 n
push_max_message_buffer_length hsl 1
push_max_reserved_memory h 1
push_message_buffer_length hsl 1
push_message_timeout hsl 1
push_min_message_buffer_length slj 1
push_publisher slj 012
push_reconnect RQP 1 t
push_store_messages hslj 1
push_subscriber slj 012345
push_subscriber_concurrency slj 1
push_subscriber_timeout hslj 1 T
record RQP 1+ m:off,all,audio,video,keyframes,manual
record_append RQP 1 f
record_interval RQP 1 t
record_lock RQP 1 f
record_max_frames RQP 1 z
record_max_size RQP 1 z
record_notify RQP 1 f
record_path RQP 1 s
record_suffix RQP 1 s
record_unique RQP 1 f
recorder P 1{
relay_buffer RQ 1 t
report_uploads hsl 1
respawn RQP 1 f
respawn_timeout RQP 1 t
rewrite_by_lua hslj 1
rewrite_by_lua_block hslj 0{
rewrite_by_lua_file hslj 1
rewrite_by_lua_no_postpone h f f
rtmp m 0{
rtmp_auto_push m 1 f
rtmp_auto_push_reconnect m 1 t
rtmp_control hsl 1+
rtmp_socket_dir m 1 s
rtmp_stat hsl 1+
rtmp_stat_stylesheet hsl 1 s
scgi_cache_purge hsl 1+
server_rewrite_by_lua_block hs 0{
server_rewrite_by_lua_file hs 1
session_relay RQP 1 f
set_base32_alphabet hslij 1
set_base32_padding hslij f f
set_by_lua slij 2+
set_by_lua_block slij 1{
set_by_lua_file slij 2+
set_decode_base32 hslij 12
set_decode_base64 hslij 12
set_decode_base64url hslij 12
set_decode_hex hslij 12
set_encode_base32 hslij 12
set_encode_base64 hslij 12
set_encode_base64url hslij 12
set_encode_hex hslij 12
set_escape_uri hslij 12
set_formatted_gmt_time hslij 2
set_formatted_local_time hslij 2
set_hashed_upstream hslij 3
set_hmac_sha1 hslij 3
set_hmac_sha256 hslij 3
set_if_empty hslij 2
set_local_today hslij 1
set_md5 hslij 12
set_misc_base32_padding hslij f f
set_quote_json_str hslij 12
set_quote_pgsql_str hslij 12
set_quote_sql_str hslij 12
set_random hslij 3
set_rotate hslij 3
set_secure_random_alphanum hslij 12
set_secure_random_lcalpha hslij 12
set_sha1 hslij 12
set_unescape_uri hslij 12
so_keepalive RQ f f
srcache_buffer hslj 1 z
srcache_default_expire hslj 1 T
srcache_fetch hslj 23
srcache_fetch_skip hslj 1 d
srcache_header_buffer_size hslj 1 z
srcache_ignore_content_encoding hsl f f
srcache_max_expire hslj 1 T
srcache_methods hsl 1+ m:GET,HEAD,POST,PUT,DELETE
srcache_request_cache_control hsl f f
srcache_response_cache_control hsl f f
srcache_store hslj 23
srcache_store_hide_header hsl 1
srcache_store_max_size hslj 1 z
srcache_store_no_cache hsl f f
srcache_store_no_store hsl f f
srcache_store_pass_header hsl 1
srcache_store_private hsl f f
srcache_store_ranges hsl f f
srcache_store_skip hslj 1 d
srcache_store_statuses hslj 1+
ssl_certificate_by_lua_block hs 0{
ssl_certificate_by_lua_file hs 1
ssl_client_hello_by_lua_block hs 0{
ssl_client_hello_by_lua_file hs 1
ssl_session_fetch_by_lua_block h 0{
ssl_session_fetch_by_lua_file h 1
ssl_session_store_by_lua_block h 0{
ssl_session_store_by_lua_file h 1
stream_buckets RQP 1 s
subs_buffers hsl 2 b
subs_filter hsl 2+
subs_filter_bypass hsl 1+
subs_filter_types hsl 1+
subs_line_buffer_size hsl 2 z
sync RQP 1
track_uploads hsl 2
upload_progress h 2
upload_progress_content_type hsl 1 s
upload_progress_header hsl 1 s
upload_progress_java_output hsl 0
upload_progress_json_output hsl 0
upload_progress_jsonp_output hsl 0
upload_progress_jsonp_parameter hsl 1 s
upload_progress_template hsl 2
upstream_fair_shm_size h 1
upstream_list hs 2+
uwsgi_cache_purge hsl 1+
wait_key RQP 1 f
wait_video RQP 1 f
`

/** Names of nginx Plus, of newer modules and of patches, whose form is not known here. */
export const otherDirectives = `
api app_protect_dos_access_file app_protect_dos_enable app_protect_dos_monitor app_protect_dos_name app_protect_dos_policy_file
app_protect_dos_security_log app_protect_dos_security_log_enable app_protect_enable app_protect_policy_file app_protect_security_log
app_protect_security_log_enable auth_jwt auth_jwt_claim_set auth_jwt_header_set auth_jwt_key_cache auth_jwt_key_file auth_jwt_key_request
auth_jwt_leeway auth_jwt_require auth_jwt_type auth_oidc f5_metrics f4f f4f_buffer_size health_check health_check_timeout hls hls_buffers
hls_forward_args hls_fragment hls_mp4_buffer_size hls_mp4_max_buffer_size internal_redirect js_access js_context_reuse
js_context_reuse_max_size js_engine js_fetch_keepalive js_fetch_keepalive_requests js_fetch_keepalive_time js_fetch_keepalive_timeout
js_fetch_proxy js_include js_load_http_native_module js_load_stream_native_module js_periodic js_preload_object js_shared_array_zone
js_shared_dict_zone keyval keyval_zone match mgmt mqtt mqtt_buffers mqtt_preread mqtt_rewrite_buffer_size mqtt_set_connect ntlm num_map
oidc_provider otel_exporter otel_service_name otel_span_attr otel_span_name otel_trace otel_trace_context pagespeed proxy_cache_purge
proxy_protocol_tlv proxy_session_drop proxy_ssl_alpn queue requests resolver_timeout session_log session_log_format session_log_zone
ssl_dyn_rec_enable ssl_dyn_rec_size_hi ssl_dyn_rec_size_lo ssl_dyn_rec_threshold ssl_dyn_rec_timeout ssl_ct ssl_ct_static_scts state status
status_format status_zone sticky_cookie_insert tunnel_allow_upstream upstream_conf usage_report vhost_traffic_status vhost_traffic_status_display
vhost_traffic_status_display_format vhost_traffic_status_zone zone_sync zone_sync_buffers zone_sync_connect_retry_interval
zone_sync_connect_timeout zone_sync_interval zone_sync_recv_buffer_size zone_sync_server zone_sync_ssl zone_sync_ssl_certificate
zone_sync_ssl_certificate_key zone_sync_ssl_ciphers zone_sync_ssl_crl zone_sync_ssl_name zone_sync_ssl_password_file zone_sync_ssl_protocols
zone_sync_ssl_server_name zone_sync_ssl_trusted_certificate zone_sync_ssl_verify zone_sync_ssl_verify_depth zone_sync_timeout
ssl_verify_by_lua_block ssl_verify_by_lua_file lua_ssl_certificate lua_ssl_certificate_key proxy_ssl_certificate_by_lua_block
proxy_ssl_certificate_by_lua_file proxy_ssl_verify_by_lua_block proxy_ssl_verify_by_lua_file lua_ssl_key_log exit_worker_by_lua_block
precontent_by_lua_block precontent_by_lua_file preread_by_lua_block preread_by_lua_file ssl_ntls ssl_sign_certificate
ssl_sign_certificate_key ssl_enc_certificate ssl_enc_certificate_key enable_ntls proxy_enable_ntls proxy_ssl_ntls
`
