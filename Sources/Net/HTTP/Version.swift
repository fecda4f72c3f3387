/// The version of a message that we speak; any later 1.x counts as 1.1. Source: RFC 9110 §2.5.
package enum Version: Sendable { case http10, http11, http2 }
