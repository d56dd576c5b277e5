/**
 * The directives of nginx's own modules: name, places, arguments, kind of value, and the versions since which they stand there, or no longer do.
 * `directives.ts` says how a line is read. Taken from the command tables of nginx 1.22.1 to 1.31.5.
 */
export const nginxDirectives = `
absolute_redirect hsl f f
accept_mutex e f f
accept_mutex_delay e 1 t
acceptex_read e f f
access_log hsljx 1+
access_log HS 1+
add_after_body hsl 1 s
add_before_body hsl 1 s
add_header hslj 23
add_header_inherit hslj 1 e:off,on,merge @1.29.3
add_trailer hslj 23
add_trailer_inherit hslj 1 e:off,on,merge @1.29.3
addition_types hsl 1+
aio hsl 1 d
aio_write hsl f f
alias l 1 d
allow hslx 1
allow HS 1
ancient_browser hsl 1+
ancient_browser_value hsl 1
auth_basic hslx 1 d
auth_basic_user_file hslx 1 d
auth_delay hsl 1 t
auth_http AB 1
auth_http_header AB 2
auth_http_pass_client_cert AB f f
auth_http_timeout AB 1 t
auth_request hsl 1 d
auth_request_set hsl 2
autoindex hsl f f
autoindex_exact_size hsl f f
autoindex_format hsl 1 e:html,json,jsonp,xml
autoindex_localtime hsl f f
break slij 0
charset hslj 1 d
charset_map h 2{
charset_types hsl 1+
chunked_transfer_encoding hsl f f
client_body_buffer_size hsl 1 z
client_body_early_read hs 1+ - @1.31.5
client_body_in_file_only hsl 1 e:off,on,clean
client_body_in_single_buffer hsl f f
client_body_temp_path hsl 1234 d
client_body_timeout hsl 1 t
client_header_buffer_size hs 1 z
client_header_timeout hs 1 t
client_max_body_size hsl 1 o
connection_pool_size hs 1 z
create_full_put_path hsl f f
daemon m f f
dav_access hsl 123
dav_methods hsl 1+ m:off,put,delete,mkcol,copy,move
debug_connection e 1
debug_points m 1 e:stop,abort
default_type hsl 1 s
degradation h 1
degrade hsl 1 e:204,444
deny hslx 1
deny HS 1
devpoll_changes e 1 n
devpoll_events e 1 n
directio hsl 1 d
directio_alignment hsl 1 o
disable_symlinks hsl 12 d
early_hints hsl 1+ - @1.29.0
empty_gif l 0
env m 1
epoll_events e 1 n
error_log m 1+
error_log hsl 1+
error_log AB 1+
error_log HS 1+
error_page hslj 2+
etag hsl f f
eventport_events e 1 n
events m 0{ d
expires hslj 12 d
fastcgi_bind hsl 12
fastcgi_buffer_size hsl 1 z
fastcgi_buffering hsl f f
fastcgi_buffers hsl 2 b
fastcgi_busy_buffers_size hsl 1 z
fastcgi_cache hsl 1 d
fastcgi_cache_background_update hsl f f
fastcgi_cache_bypass hsl 1+
fastcgi_cache_key hsl 1 d
fastcgi_cache_lock hsl f f
fastcgi_cache_lock_age hsl 1 t
fastcgi_cache_lock_timeout hsl 1 t
fastcgi_cache_max_range_offset hsl 1 o
fastcgi_cache_methods hsl 1+ m:GET,HEAD,POST
fastcgi_cache_min_uses hsl 1 n
fastcgi_cache_path h 2+
fastcgi_cache_revalidate hsl f f
fastcgi_cache_use_stale hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
fastcgi_cache_valid hsl 1+
fastcgi_catch_stderr hsl 1
fastcgi_connect_timeout hsl 1 t
fastcgi_force_ranges hsl f f
fastcgi_hide_header hsl 1
fastcgi_ignore_client_abort hsl f f
fastcgi_ignore_headers hsl 1+ m:X-Accel-Redirect,X-Accel-Expires,X-Accel-Limit-Rate,X-Accel-Buffering,X-Accel-Charset,Expires,Cache-Control,Set-Cookie,Vary
fastcgi_index hsl 1 s
fastcgi_intercept_errors hsl f f
fastcgi_keep_conn hsl f f
fastcgi_limit_rate hsl 1 d
fastcgi_max_temp_file_size hsl 1 z
fastcgi_next_upstream hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
fastcgi_next_upstream_timeout hsl 1 t
fastcgi_next_upstream_tries hsl 1 n
fastcgi_no_cache hsl 1+
fastcgi_param hsl 23
fastcgi_pass lj 1 d
fastcgi_pass_header hsl 1
fastcgi_pass_request_body hsl f f
fastcgi_pass_request_headers hsl f f
fastcgi_read_timeout hsl 1 t
fastcgi_request_buffering hsl f f
fastcgi_send_lowat hsl 1 z
fastcgi_send_timeout hsl 1 t
fastcgi_socket_keepalive hsl f f
fastcgi_socket_rcvbuf hsl 1 z @1.31.3
fastcgi_socket_sndbuf hsl 1 z @1.31.3
fastcgi_split_path_info hsl 1
fastcgi_store hsl 1 d
fastcgi_store_access hsl 123
fastcgi_temp_file_write_size hsl 1 z
fastcgi_temp_path hsl 1234 d
flv l 0
geo h 12{
geo H 12{
geoip_city h 12 d
geoip_city H 12 d
geoip_country h 12 d
geoip_country H 12 d
geoip_org h 12 d
geoip_org H 12 d
geoip_proxy h 1
geoip_proxy_recursive h f f
grpc_bind hsl 12
grpc_buffer_size hsl 1 z
grpc_connect_timeout hsl 1 t
grpc_hide_header hsl 1
grpc_ignore_headers hsl 1+ m:X-Accel-Redirect,X-Accel-Expires,X-Accel-Limit-Rate,X-Accel-Buffering,X-Accel-Charset,Expires,Cache-Control,Set-Cookie,Vary
grpc_intercept_errors hsl f f
grpc_next_upstream hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,off
grpc_next_upstream_timeout hsl 1 t
grpc_next_upstream_tries hsl 1 n
grpc_pass lj 1 d
grpc_pass_header hsl 1
grpc_read_timeout hsl 1 t
grpc_send_timeout hsl 1 t
grpc_set_header hsl 2
grpc_socket_keepalive hsl f f
grpc_socket_rcvbuf hsl 1 z @1.31.3
grpc_socket_sndbuf hsl 1 z @1.31.3
grpc_ssl_certificate hsl 1 d
grpc_ssl_certificate_cache hsl 123 d @1.27.4
grpc_ssl_certificate_key hsl 1 d
grpc_ssl_ciphers hsl 1 s
grpc_ssl_conf_command hsl 2
grpc_ssl_crl hsl 1 s
grpc_ssl_name hsl 1 d
grpc_ssl_password_file hsl 1 d
grpc_ssl_protocols hsl 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
grpc_ssl_server_name hsl f f
grpc_ssl_session_reuse hsl f f
grpc_ssl_trusted_certificate hsl 1 s
grpc_ssl_verify hsl f f
grpc_ssl_verify_depth hsl 1 n
gunzip hsl f f
gunzip_buffers hsl 2 b
gzip hslj f f
gzip_buffers hsl 2 b
gzip_comp_level hsl 1 n
gzip_disable hsl 1+
gzip_hash hsl 1 z
gzip_http_version hsl 1 e:1.0,1.1
gzip_min_length hsl 1 z
gzip_no_buffer hsl f f
gzip_proxied hsl 1+ m:off,expired,no-cache,no-store,private,no_last_modified,no_etag,auth,any
gzip_static hsl 1 e:off,on,always
gzip_types hsl 1+
gzip_vary hsl f f
gzip_window hsl 1 z
hash u 12
hash U 12
http m 0{ d
http2 hs f f @1.25.1
http2_body_preread_size hs 1 z
http2_chunk_size hsl 1 z
http2_idle_timeout hs 1
http2_max_concurrent_pushes hs 1
http2_max_concurrent_streams hs 1 n
http2_max_field_size hs 1
http2_max_header_size hs 1
http2_max_requests hs 1
http2_pool_size hs 1 z
http2_push hsl 1
http2_push_preload hsl f
http2_recv_buffer_size h 1 z
http2_recv_timeout hs 1
http2_streams_index_size hs 1 n
http3 hs f f @1.25.0
http3_hq hs f f @1.25.0
http3_max_concurrent_streams hs 1 n @1.25.0
http3_stream_buffer_size hs 1 z @1.25.0
if sl 1+{
if_modified_since hsl 1 e:off,exact,before
ignore_invalid_headers hs f f
image_filter l 123
image_filter_buffer hsl 1 z
image_filter_interlace hsl f f
image_filter_jpeg_quality hsl 1
image_filter_sharpen hsl 1
image_filter_transparency hsl f f
image_filter_webp_quality hsl 1
imap_auth AB 1+ m:plain,login,cram-md5,external
imap_capabilities AB 1+
imap_client_buffer AB 1 z
include * 1
index hsl 1+
internal l 0 d
iocp_threads e 1 n
ip_hash u 0
keepalive u 1 d
keepalive u 12 d @1.29.7
keepalive_disable hsl 12 m:none,msie6,safari
keepalive_min_timeout hsl 1 t @1.27.4
keepalive_requests u 1 n
keepalive_requests hsl 1 n
keepalive_time u 1 t
keepalive_time hsl 1 t
keepalive_timeout u 1 t
keepalive_timeout hsl 12 d
kqueue_changes e 1 n
kqueue_events e 1 n
large_client_header_buffers hs 2 b
least_conn u 0
least_conn U 0
least_time u 12 - @1.31.0
least_time U 12 - @1.31.0
limit_conn hsl 2 d
limit_conn HS 2 d
limit_conn_dry_run hsl f f
limit_conn_dry_run HS f f
limit_conn_log_level hsl 1 e:info,notice,warn,error
limit_conn_log_level HS 1 e:info,notice,warn,error
limit_conn_status hsl 1 n
limit_conn_zone h 2
limit_conn_zone H 2
limit_except l 1+{ d
limit_rate hslj 1 d
limit_rate_after hslj 1 d
limit_req hsl 123 d
limit_req_dry_run hsl f f
limit_req_log_level hsl 1 e:info,notice,warn,error
limit_req_status hsl 1 n
limit_req_zone h 3
lingering_close hsl 1 e:off,on,always
lingering_time hsl 1 t
lingering_timeout hsl 1 t
listen s 1+
listen B 1+
listen S 1+
load_module m 1
location sl 12{
lock_file m 1 s
log_format h 2+
log_format H 2+
log_not_found hsl f f
log_subrequest hsl f f
mail m 0{ d
map h 2{
map H 2{
map_hash_bucket_size h 1 n
map_hash_bucket_size H 1 n
map_hash_max_size h 1 n
map_hash_max_size H 1 n
master_process m f f
max_errors AB 1 n
max_headers hs 1 n @1.29.8
max_ranges hsl 1 n
memcached_bind hsl 12
memcached_buffer_size hsl 1 z
memcached_connect_timeout hsl 1 t
memcached_gzip_flag hsl 1 n
memcached_next_upstream hsl 1+ m:error,timeout,invalid_response,not_found,off
memcached_next_upstream_timeout hsl 1 t
memcached_next_upstream_tries hsl 1 n
memcached_pass lj 1 d
memcached_read_timeout hsl 1 t
memcached_send_timeout hsl 1 t
memcached_socket_keepalive hsl f f
merge_slashes hs f f
min_delete_depth hsl 1 n
mirror hsl 1 d
mirror_request_body hsl f f
modern_browser hsl 12
modern_browser_value hsl 1
mp4 l 0
mp4_buffer_size hsl 1 z
mp4_max_buffer_size hsl 1 z
mp4_start_key_frame hsl f f
msie_padding hsl f f
msie_refresh hsl f f
multi_accept e f f
open_file_cache hsl 12 d
open_file_cache_errors hsl f f
open_file_cache_events hsl f f
open_file_cache_min_uses hsl 1 n
open_file_cache_valid hsl 1 T
open_log_file_cache hsl 1234 d
open_log_file_cache HS 1234 d
output_buffers hsl 2 b
override_charset hslj f f
pass S 1 d @1.25.5
pcre_jit m f f
perl lx 1
perl_modules h 1
perl_require h 1
perl_set h 2
pid m 1 s
pop3_auth AB 1+ m:plain,apop,cram-md5,external
pop3_capabilities AB 1+
port_in_redirect hsl f f
post_acceptex e 1 n
post_action hslj 1 s
postpone_gzipping hsl 1 z
postpone_output hsl 1 z
preread_buffer_size HS 1 z
preread_timeout HS 1 t
protocol B 1
proxy AB f f
proxy_bind hsl 12
proxy_bind HS 12 d
proxy_buffer AB 1 z
proxy_buffer_size hsl 1 z
proxy_buffer_size HS 1 z
proxy_buffering hsl f f
proxy_buffers hsl 2 b
proxy_busy_buffers_size hsl 1 z
proxy_cache hsl 1 d
proxy_cache_background_update hsl f f
proxy_cache_bypass hsl 1+
proxy_cache_convert_head hsl f f
proxy_cache_key hsl 1 d
proxy_cache_lock hsl f f
proxy_cache_lock_age hsl 1 t
proxy_cache_lock_timeout hsl 1 t
proxy_cache_max_range_offset hsl 1 o
proxy_cache_methods hsl 1+ m:GET,HEAD,POST
proxy_cache_min_uses hsl 1 n
proxy_cache_path h 2+
proxy_cache_revalidate hsl f f
proxy_cache_use_stale hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,updating,off
proxy_cache_valid hsl 1+
proxy_connect_timeout hsl 1 t
proxy_connect_timeout HS 1 t
proxy_cookie_domain hsl 12 d
proxy_cookie_flags hsl 1234 d
proxy_cookie_path hsl 12 d
proxy_download_rate HS 1 d
proxy_downstream_buffer HS 1 z
proxy_force_ranges hsl f f
proxy_half_close HS f f
proxy_headers_hash_bucket_size hsl 1 n
proxy_headers_hash_max_size hsl 1 n
proxy_hide_header hsl 1
proxy_http_version hsl 1 e:1.0,1.1,2
proxy_ignore_client_abort hsl f f
proxy_ignore_headers hsl 1+ m:X-Accel-Redirect,X-Accel-Expires,X-Accel-Limit-Rate,X-Accel-Buffering,X-Accel-Charset,Expires,Cache-Control,Set-Cookie,Vary
proxy_intercept_errors hsl f f
proxy_limit_rate hsl 1 d
proxy_max_temp_file_size hsl 1 z
proxy_method hsl 1 d
proxy_next_upstream hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_502,http_503,http_504,http_403,http_404,http_429,updating,off
proxy_next_upstream HS f f
proxy_next_upstream_timeout hsl 1 t
proxy_next_upstream_timeout HS 1 t
proxy_next_upstream_tries hsl 1 n
proxy_next_upstream_tries HS 1 n
proxy_no_cache hsl 1+
proxy_pass ljx 1 d
proxy_pass S 1 d
proxy_pass_error_message AB f f
proxy_pass_header hsl 1
proxy_pass_request_body hsl f f
proxy_pass_request_headers hsl f f
proxy_pass_trailers hsl f f @1.27.2
proxy_protocol AB f f
proxy_protocol HS f f
proxy_protocol AB 1 e:off,on,v2 @1.31.4
proxy_protocol HS 1 e:off,on,v2 @1.31.4
proxy_protocol_timeout HS 1 t
proxy_read_timeout hsl 1 t
proxy_redirect hsl 12 d
proxy_request_buffering hsl f f
proxy_requests HS 1 n
proxy_responses HS 1 n
proxy_send_lowat hsl 1 z
proxy_send_timeout hsl 1 t
proxy_set_body hsl 1 s
proxy_set_header hsl 2
proxy_smtp_auth AB f f
proxy_socket_keepalive hsl f f
proxy_socket_keepalive HS f f
proxy_socket_rcvbuf hsl 1 z @1.31.3
proxy_socket_rcvbuf HS 1 z @1.31.3
proxy_socket_sndbuf hsl 1 z @1.31.3
proxy_socket_sndbuf HS 1 z @1.31.3
proxy_ssl HS f f
proxy_ssl_alpn HS 1+ d @1.31.0
proxy_ssl_certificate hsl 1 d
proxy_ssl_certificate HS 1 d
proxy_ssl_certificate_cache hsl 123 d @1.27.4
proxy_ssl_certificate_cache HS 123 d @1.27.4
proxy_ssl_certificate_key hsl 1 d
proxy_ssl_certificate_key HS 1 d
proxy_ssl_ciphers hsl 1 s
proxy_ssl_ciphers HS 1 s
proxy_ssl_conf_command hsl 2
proxy_ssl_conf_command HS 2
proxy_ssl_crl hsl 1 s
proxy_ssl_crl HS 1 s
proxy_ssl_name hsl 1 d
proxy_ssl_name HS 1 d
proxy_ssl_password_file hsl 1 d
proxy_ssl_password_file HS 1 d
proxy_ssl_protocols hsl 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
proxy_ssl_protocols HS 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
proxy_ssl_server_name hsl f f
proxy_ssl_server_name HS f f
proxy_ssl_session_reuse hsl f f
proxy_ssl_session_reuse HS f f
proxy_ssl_trusted_certificate hsl 1 s
proxy_ssl_trusted_certificate HS 1 s
proxy_ssl_verify hsl f f
proxy_ssl_verify HS f f
proxy_ssl_verify_depth hsl 1 n
proxy_ssl_verify_depth HS 1 n
proxy_store hsl 1 d
proxy_store_access hsl 123
proxy_temp_file_write_size hsl 1 z
proxy_temp_path hsl 1234 d
proxy_timeout AB 1 t
proxy_timeout HS 1 t
proxy_upload_rate HS 1 d
proxy_upstream_buffer HS 1 z
quic_active_connection_id_limit hs 1 n @1.25.0
quic_bpf m f f @1.25.0
quic_gso hs f f @1.25.0
quic_host_key hs 1 d @1.25.0
quic_retry hs f f @1.25.0
random u 012
random U 012
random_index l f f
read_ahead hsl 1 z
real_ip_header hsl 1 d
real_ip_recursive hsl f f
recursive_error_pages hsl f f
referer_hash_bucket_size sl 1 n
referer_hash_max_size sl 1 n
request_pool_size hs 1 z
reset_timedout_connection hsl f f
resolver hsl 1+ d
resolver AB 1+ d
resolver HS 1+ d
resolver u 1+ d @1.27.3
resolver U 1+ d @1.27.3
resolver_timeout hsl 1 t
resolver_timeout AB 1 t
resolver_timeout HS 1 t
resolver_timeout u 1 t @1.27.3
resolver_timeout U 1 t @1.27.3
return slij 12
return S 1 d
rewrite slij 23
rewrite_log hslij f f
root hslj 1 d
satisfy hsl 1 e:all,any
scgi_bind hsl 12
scgi_buffer_size hsl 1 z
scgi_buffering hsl f f
scgi_buffers hsl 2 b
scgi_busy_buffers_size hsl 1 z
scgi_cache hsl 1 d
scgi_cache_background_update hsl f f
scgi_cache_bypass hsl 1+
scgi_cache_key hsl 1 d
scgi_cache_lock hsl f f
scgi_cache_lock_age hsl 1 t
scgi_cache_lock_timeout hsl 1 t
scgi_cache_max_range_offset hsl 1 o
scgi_cache_methods hsl 1+ m:GET,HEAD,POST
scgi_cache_min_uses hsl 1 n
scgi_cache_path h 2+
scgi_cache_revalidate hsl f f
scgi_cache_use_stale hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
scgi_cache_valid hsl 1+
scgi_connect_timeout hsl 1 t
scgi_force_ranges hsl f f
scgi_hide_header hsl 1
scgi_ignore_client_abort hsl f f
scgi_ignore_headers hsl 1+ m:X-Accel-Redirect,X-Accel-Expires,X-Accel-Limit-Rate,X-Accel-Buffering,X-Accel-Charset,Expires,Cache-Control,Set-Cookie,Vary
scgi_intercept_errors hsl f f
scgi_limit_rate hsl 1 d
scgi_max_temp_file_size hsl 1 z
scgi_next_upstream hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
scgi_next_upstream_timeout hsl 1 t
scgi_next_upstream_tries hsl 1 n
scgi_no_cache hsl 1+
scgi_param hsl 23
scgi_pass lj 1 d
scgi_pass_header hsl 1
scgi_pass_request_body hsl f f
scgi_pass_request_headers hsl f f
scgi_read_timeout hsl 1 t
scgi_request_buffering hsl f f
scgi_send_timeout hsl 1 t
scgi_socket_keepalive hsl f f
scgi_socket_rcvbuf hsl 1 z @1.31.3
scgi_socket_sndbuf hsl 1 z @1.31.3
scgi_store hsl 1 d
scgi_store_access hsl 123
scgi_temp_file_write_size hsl 1 z
scgi_temp_path hsl 1234 d
secure_link hsl 1 d
secure_link_md5 hsl 1 d
secure_link_secret hsl 1 s
send_lowat hsl 1 z
send_timeout hsl 1 t
sendfile hslj f f
sendfile_max_chunk hsl 1 z
server h 0{
server u 1+
server A 0{
server H 0{
server U 1+
server_name s 1+
server_name AB 1 s
server_name S 1+ - @1.25.5
server_name_in_redirect hsl f f
server_names_hash_bucket_size h 1 n
server_names_hash_bucket_size H 1 n @1.25.5
server_names_hash_max_size h 1 n
server_names_hash_max_size H 1 n @1.25.5
server_tokens hsl 1 e:off,on,build
set slij 2
set S 2
set_real_ip_from hsl 1
set_real_ip_from AB 1
set_real_ip_from HS 1
slice hsl 1 z
smtp_auth AB 1+ m:plain,login,cram-md5,external,none
smtp_capabilities AB 1+
smtp_client_buffer AB 1 z
smtp_greeting_delay AB 1 t
source_charset hslj 1 d
split_clients h 2{
split_clients H 2{
ssi hslj f f
ssi_ignore_recycled_buffers hsl f f
ssi_last_modified hsl f f
ssi_min_file_chunk hsl 1 z
ssi_silent_errors hsl f f
ssi_types hsl 1+
ssi_value_length hsl 1 z
ssl hs f f <1.25.1
ssl AB f f <1.25.1
ssl_alpn HS 1+ d
ssl_buffer_size hs 1 z
ssl_certificate hs 1
ssl_certificate AB 1
ssl_certificate HS 1
ssl_certificate_cache hs 123 d @1.27.4
ssl_certificate_cache HS 123 d @1.27.4
ssl_certificate_compression hs f f @1.29.1
ssl_certificate_compression AB f f @1.29.1
ssl_certificate_compression HS f f @1.29.1
ssl_certificate_key hs 1
ssl_certificate_key AB 1
ssl_certificate_key HS 1
ssl_ciphers hs 1 s
ssl_ciphers AB 1 s
ssl_ciphers HS 1 s
ssl_client_certificate hs 1 s
ssl_client_certificate AB 1 s
ssl_client_certificate HS 1 s
ssl_conf_command hs 2
ssl_conf_command AB 2
ssl_conf_command HS 2
ssl_crl hs 1 s
ssl_crl AB 1 s
ssl_crl HS 1 s
ssl_dhparam hs 1 s
ssl_dhparam AB 1 s
ssl_dhparam HS 1 s
ssl_early_data hs f f
ssl_ecdh_curve hs 1 s
ssl_ecdh_curve AB 1 s
ssl_ecdh_curve HS 1 s
ssl_ech_file hs 1 - @1.29.4
ssl_ech_file HS 1 - @1.29.4
ssl_engine m 1 d
ssl_handshake_timeout HS 1 t
ssl_object_cache_inheritable m f f @1.27.4
ssl_ocsp hs f e:off,on,leaf
ssl_ocsp HS f e:off,on,leaf @1.27.2
ssl_ocsp hs 1 e:off,on,leaf @1.29.3
ssl_ocsp HS 1 e:off,on,leaf @1.29.3
ssl_ocsp_cache hs 1 d
ssl_ocsp_cache HS 1 d @1.27.2
ssl_ocsp_responder hs 1 s
ssl_ocsp_responder HS 1 s @1.27.2
ssl_password_file hs 1 d
ssl_password_file AB 1 d
ssl_password_file HS 1 d
ssl_prefer_server_ciphers hs f f
ssl_prefer_server_ciphers AB f f
ssl_prefer_server_ciphers HS f f
ssl_preread HS f f
ssl_protocols hs 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
ssl_protocols AB 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
ssl_protocols HS 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
ssl_reject_handshake hs f f
ssl_reject_handshake HS f f @1.25.5
ssl_session_cache hs 12
ssl_session_cache AB 12
ssl_session_cache HS 12
ssl_session_ticket_key hs 1
ssl_session_ticket_key AB 1
ssl_session_ticket_key HS 1
ssl_session_tickets hs f f
ssl_session_tickets AB f f
ssl_session_tickets HS f f
ssl_session_timeout hs 1 T
ssl_session_timeout AB 1 T
ssl_session_timeout HS 1 T
ssl_stapling hs f f
ssl_stapling HS f f @1.27.2
ssl_stapling_file hs 1 s
ssl_stapling_file HS 1 s @1.27.2
ssl_stapling_responder hs 1 s
ssl_stapling_responder HS 1 s @1.27.2
ssl_stapling_verify hs f f
ssl_stapling_verify HS f f @1.27.2
ssl_trusted_certificate hs 1 s
ssl_trusted_certificate AB 1 s
ssl_trusted_certificate HS 1 s
ssl_verify_client hs 1 e:off,on,optional,optional_no_ca
ssl_verify_client AB 1 e:off,on,optional,optional_no_ca
ssl_verify_client HS 1 e:off,on,optional,optional_no_ca
ssl_verify_depth hs 1 n
ssl_verify_depth AB 1 n
ssl_verify_depth HS 1 n
starttls AB 1 e:off,on,only
sticky u 2+ d @1.29.6
stream m 0{ d
stub_status sl 01
sub_filter hsl 2
sub_filter_last_modified hsl f f
sub_filter_once hsl f f
sub_filter_types hsl 1+
subrequest_output_buffer_size hsl 1 z
tcp_nodelay hsl f f
tcp_nodelay HS f f
tcp_nopush hsl f f
thread_pool m 23
timeout AB 1 t
timer_resolution m 1 t
try_files sl 2+ d
tunnel_bind hsl 12 - @1.31.0
tunnel_buffer_size hsl 1 z @1.31.0
tunnel_connect_timeout hsl 1 t @1.31.0
tunnel_next_upstream hsl 1+ m:error,timeout,off @1.31.0
tunnel_next_upstream_timeout hsl 1 t @1.31.0
tunnel_next_upstream_tries hsl 1 n @1.31.0
tunnel_pass slj 01 d @1.31.0
tunnel_read_timeout hsl 1 t @1.31.0
tunnel_send_lowat hsl 1 z @1.31.0
tunnel_send_timeout hsl 1 t @1.31.0
tunnel_socket_keepalive hsl f f @1.31.0
tunnel_socket_rcvbuf hsl 1 z @1.31.3
tunnel_socket_sndbuf hsl 1 z @1.31.3
types hsl 0{
types_hash_bucket_size hsl 1 n
types_hash_max_size hsl 1 n
underscores_in_headers hs f f
uninitialized_variable_warn hslij f f
upstream h 1{
upstream H 1{
use e 1 d
user m 12 d
userid hsl 1 e:off,log,v1,on
userid_domain hsl 1 s
userid_expires hsl 1 d
userid_flags hsl 123 m:off,secure,httponly,samesite=strict,samesite=lax,samesite=none
userid_mark hsl 1 d
userid_name hsl 1 s
userid_p3p hsl 1 s
userid_path hsl 1 s
userid_service hsl 1 n
uwsgi_bind hsl 12
uwsgi_buffer_size hsl 1 z
uwsgi_buffering hsl f f
uwsgi_buffers hsl 2 b
uwsgi_busy_buffers_size hsl 1 z
uwsgi_cache hsl 1 d
uwsgi_cache_background_update hsl 1 f
uwsgi_cache_bypass hsl 1+
uwsgi_cache_key hsl 1 d
uwsgi_cache_lock hsl f f
uwsgi_cache_lock_age hsl 1 t
uwsgi_cache_lock_timeout hsl 1 t
uwsgi_cache_max_range_offset hsl 1 o
uwsgi_cache_methods hsl 1+ m:GET,HEAD,POST
uwsgi_cache_min_uses hsl 1 n
uwsgi_cache_path h 2+
uwsgi_cache_revalidate hsl f f
uwsgi_cache_use_stale hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
uwsgi_cache_valid hsl 1+
uwsgi_connect_timeout hsl 1 t
uwsgi_force_ranges hsl f f
uwsgi_hide_header hsl 1
uwsgi_ignore_client_abort hsl f f
uwsgi_ignore_headers hsl 1+ m:X-Accel-Redirect,X-Accel-Expires,X-Accel-Limit-Rate,X-Accel-Buffering,X-Accel-Charset,Expires,Cache-Control,Set-Cookie,Vary
uwsgi_intercept_errors hsl f f
uwsgi_limit_rate hsl 1 d
uwsgi_max_temp_file_size hsl 1 z
uwsgi_modifier1 hsl 1 n
uwsgi_modifier2 hsl 1 n
uwsgi_next_upstream hsl 1+ m:error,timeout,invalid_header,non_idempotent,http_500,http_503,http_403,http_404,http_429,updating,off
uwsgi_next_upstream_timeout hsl 1 t
uwsgi_next_upstream_tries hsl 1 n
uwsgi_no_cache hsl 1+
uwsgi_param hsl 23
uwsgi_pass lj 1 d
uwsgi_pass_header hsl 1
uwsgi_pass_request_body hsl f f
uwsgi_pass_request_headers hsl f f
uwsgi_read_timeout hsl 1 t
uwsgi_request_buffering hsl f f
uwsgi_send_timeout hsl 1 t
uwsgi_socket_keepalive hsl f f
uwsgi_socket_rcvbuf hsl 1 z @1.31.3
uwsgi_socket_sndbuf hsl 1 z @1.31.3
uwsgi_ssl_certificate hsl 1 d
uwsgi_ssl_certificate_cache hsl 123 d @1.27.4
uwsgi_ssl_certificate_key hsl 1 d
uwsgi_ssl_ciphers hsl 1 s
uwsgi_ssl_conf_command hsl 2
uwsgi_ssl_crl hsl 1 s
uwsgi_ssl_name hsl 1 d
uwsgi_ssl_password_file hsl 1 d
uwsgi_ssl_protocols hsl 1+ m:SSLv2,SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
uwsgi_ssl_server_name hsl f f
uwsgi_ssl_session_reuse hsl f f
uwsgi_ssl_trusted_certificate hsl 1 s
uwsgi_ssl_verify hsl f f
uwsgi_ssl_verify_depth hsl 1 n
uwsgi_store hsl 1 d
uwsgi_store_access hsl 123
uwsgi_string hsl 1 s
uwsgi_temp_file_write_size hsl 1 z
uwsgi_temp_path hsl 1234 d
valid_referers sl 1+
variables_hash_bucket_size h 1 n
variables_hash_bucket_size H 1 n
variables_hash_max_size h 1 n
variables_hash_max_size H 1 n
worker_aio_requests e 1 n
worker_connections e 1 d
worker_cpu_affinity m 1+ d
worker_priority m 1 d
worker_processes m 1 d
worker_rlimit_core m 1 o
worker_rlimit_nofile m 1 n
worker_shutdown_timeout m 1 t
working_directory m 1 s
xclient AB f f
xml_entities hsl 1 d
xml_external_entities hsl f f @1.31.3
xslt_last_modified hsl f f
xslt_param hsl 2
xslt_string_param hsl 2
xslt_stylesheet l 1+
xslt_types hsl 1+
zone u 12
zone U 12
`
