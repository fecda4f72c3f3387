package import Loop
package import Observability

extension Metrics {
  /// Once a second: how late the loop came to what was due. All its connections wait as long.
  package func observeLag(of loop: EventLoop) -> Timer {
    let lag = histogram("event_loop_lag_seconds", help: "How late a loop comes to what is due.")
    let interval = Duration.seconds(1)
    var due = loop.exactNow + interval
    return loop.timer(after: interval, repeating: interval) {
      let now = loop.exactNow
      lag.record(max(.zero, now - due))
      due = now + interval
    }
  }
}
