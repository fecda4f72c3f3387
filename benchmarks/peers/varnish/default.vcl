vcl 4.1;

backend origin {
  .host = "127.0.0.1";
  .port = "@origin_port@";
}

sub vcl_recv {
  if (req.url ~ "^/api/v1/live/") {
    return (pass);
  }
}

sub vcl_backend_response {
  set beresp.ttl = 1h;
}
