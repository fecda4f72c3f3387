internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Invocation
internal import Loop
internal import Monitoring
internal import PolicyHost
internal import Signing
internal import TLS

/// Looks at one thing after the other, each within a few seconds, and collects what it finds.
final class Examination {
  static let deadline = Duration.seconds(5)
  /// Signatures and tokens are refused when clocks differ by minutes: S3 takes 15, our own vouchers less.
  private static let mostSkew: Int64 = 30
  /// Automatic renewal, usual from 30 days before the end on, has failed for a while by then.
  private static let fewDays = 21

  let loop: EventLoop
  let tls: TLSContext
  let web: WebClient
  private(set) var findings: [Finding] = []

  /// - Throws: `TLSError` when the system's certificates cannot be read.
  init(on loop: EventLoop) throws {
    self.loop = loop
    tls = try TLSContext.client()
    web = WebClient(loop: loop, tls: tls)
  }

  func close() { web.close() }

  func note(_ subject: String, _ state: Finding.State, _ detail: String) {
    findings.append(Finding(subject: subject, state: state, detail: detail))
  }

  /// Whether a process that is started from here may have all that open which its clients may want.
  /// - purpose: what needs so many.
  func fileLimit(needed: Int, for purpose: String) {
    let limit = OpenFiles.raiseLimit()
    let isEnough = limit >= needed
    note(
      "open files", isEnough ? .ok : .warning,
      "at most \(limit); \(purpose) may need \(needed)"
        + (isEnough ? "" : ": raise it with ulimit -Hn, or LimitNOFILE= in the unit"))
  }

  /// One that has expired is refused with the configuration already.
  func certificates(_ settings: ListenerSettings) {
    for files in settings.certificates {
      do throws(TLSError) {
        note(settings.certificatesName, files.chain, daysLeft: try files.daysLeft, "renew it, then systemctl reload")
      } catch { note(settings.certificatesName, .failed, "\(error)") }
    }
  }

  private func note(_ setting: String, _ certificate: String, daysLeft days: Int, _ advice: String) {
    let isLate = days < Self.fewDays
    note(
      setting, isLate ? .warning : .ok, "\(certificate) is good for \(days) days" + (isLate ? ": \(advice)" : ""))
  }

  /// As a node would load them.
  func policies(_ list: PolicyList) {
    do {
      let set = try loadForOnce(list.sources)
      let names = list.sources.map(\.name).joined(separator: ", ")
      let headers = set.headers.isEmpty ? "" : "; they read \(set.headers.joined(separator: ", "))"
      note(list.setting, .ok, "\(list.sources.count) policies load: \(names)\(headers)")
    } catch { note(list.setting, .failed, "\(error)") }
  }

  /// A server of ours, or any origin: whether it answers, and what its clock says. False when it is not ready.
  func server(_ setting: String, _ authority: Authority) async -> Bool {
    do throws(HTTPClientError) {
      let answer = try await web.send(ClientRequest(.get, authority, "/api/v1/readyz"), deadline: Self.deadline)
      _ = try? await answer.collect(limit: 1 << 20)
      let isReady = answer.status.code < 500
      let hint = isReady ? "" : ": it is not ready; see its own doctor"
      note(setting, isReady ? .ok : .failed, "\(authority) answers \(answer.status.code)\(hint)")
      clock(setting, answer.fields)
      await certificate(of: authority, setting)
      return isReady
    } catch {
      note(setting, .failed, "\(authority): \(error). Does it run, and does a firewall stand between?")
      return false
    }
  }

  /// Without it a node works as well: only its spans are lost.
  func collector(_ settings: MonitoringSettings) async {
    guard let traces = settings.traces else { return }
    let setting = "OTEL_EXPORTER_OTLP_ENDPOINT"
    do throws(HTTPClientError) {
      let status = try await traces.sendNothing(by: web, within: Self.deadline)
      note(
        setting, status.isSuccess ? .ok : .warning,
        "answers \(status.code)" + (status.isSuccess ? "" : ": see its path, and OTEL_EXPORTER_OTLP_HEADERS"))
    } catch { note(setting, .warning, "\(error). Does it run, and does a firewall stand between?") }
  }

  /// Of a server that has answered: whether it was trusted is known by then.
  private func certificate(of authority: Authority, _ setting: String) async {
    guard authority.usesTLS,
      let stream = try? await ByteStream.connect(to: authority.endpoint, tls: tls, on: loop, deadline: Self.deadline)
    else { return }
    defer { stream.close() }
    guard let days = stream.peerDaysLeft else { return }
    note("\(setting) certificate", "\(authority)'s", daysLeft: days, "renew it there, or nothing is proxied")
  }

  func clock(_ setting: String, _ fields: Fields) {
    guard let date = fields.bytes(.date).flatMap({ HTTPDate($0) }) else { return }
    clock(setting, Int64(date.secondsSinceEpoch), otherwise: "signatures will be refused")
  }

  /// - Parameter seconds: what that clock shows, in Unix seconds.
  func clock(_ setting: String, _ seconds: Int64, otherwise: String) {
    let skew = abs(seconds - CivilTime.nowUnixSeconds)
    guard skew > Self.mostSkew else {
      return note("\(setting) clock", .ok, "within \(max(skew, 1)) s of this machine's")
    }
    note("\(setting) clock", .failed, "\(skew) s from this machine's: \(otherwise); run NTP on both")
  }
}
