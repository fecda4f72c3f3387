internal import Glibc
internal import HTTP
internal import HTTPClient
internal import HTTPServer
internal import Invocation
internal import Loop
internal import PolicyHost
internal import Signing
internal import TLS

/// Looks at one thing after the other, each within a few seconds, and collects what it finds.
final class Examination {
  static let deadline = Duration.seconds(5)
  /// Signatures and tokens are refused when clocks differ by minutes: S3 takes 15, our own vouchers less.
  private static let mostSkew: Int64 = 30
  /// Two for each of ten thousand connections, and as many for files.
  private static let fewFiles: UInt = 32_768
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

  /// How many files and connections a process that is started from here may have open.
  func fileLimit() {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let isFew = limit.rlim_max < Self.fewFiles
    note(
      "open files", isFew ? .warning : .ok,
      "at most \(limit.rlim_max)" + (isFew ? ": raise it with ulimit -Hn, or LimitNOFILE= in the unit" : ""))
  }

  /// One that has expired is refused with the configuration already.
  func certificates(_ settings: ListenerSettings) {
    for files in settings.certificates {
      do throws(TLSError) {
        let days = try files.daysLeft
        let isLate = days < Self.fewDays
        note(
          settings.certificatesName, isLate ? .warning : .ok,
          "\(files.chain) is good for \(days) days" + (isLate ? ": renew it, then systemctl reload" : ""))
      } catch { note(settings.certificatesName, .failed, "\(error)") }
    }
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

  /// A server of ours, or any origin: whether it answers, and what its clock says.
  func server(_ setting: String, _ authority: Authority) async {
    do throws(HTTPClientError) {
      let answer = try await web.send(ClientRequest(.get, authority, "/api/v1/readyz"), deadline: Self.deadline)
      _ = try? await answer.collect(limit: 1 << 20)
      let isReady = answer.status.code < 500
      let hint = isReady ? "" : ": it is not ready; see its own doctor"
      note(setting, isReady ? .ok : .failed, "\(authority) answers \(answer.status.code)\(hint)")
      clock(setting, answer.fields)
    } catch { note(setting, .failed, "\(authority): \(error). Does it run, and does a firewall stand between?") }
  }

  func clock(_ setting: String, _ fields: Fields) {
    guard let date = fields.bytes(.date).flatMap({ HTTPDate($0) }) else { return }
    let skew = abs(Int64(date.secondsSinceEpoch) - CivilTime.nowUnixSeconds)
    guard skew > Self.mostSkew else {
      return note("\(setting) clock", .ok, "within \(max(skew, 1)) s of this machine's")
    }
    note("\(setting) clock", .failed, "\(skew) s from this machine's: signatures will be refused; run NTP on both")
  }
}
