internal import Glibc

/// A real S3 (Ceph's radosgw) on a loopback port, from deploy/local/radosgw. Its keys are testkey and testsecret.
package struct PrivateS3 {
  package let port: UInt16
  private let folder: TemporaryFolder

  package static func start() throws -> PrivateS3 {
    let store = PrivateS3(port: FreePort.pair(), folder: try TemporaryFolder())
    guard unsafe system("\(script) start \(store.folder.path)/s3 \(store.port)") == 0 else {
      throw DeadlinePassed(what: "radosgw start")
    }
    return store
  }

  package var endpoint: String { "http://127.0.0.1:\(port)" }

  package func stop() {
    _ = unsafe system("\(Self.script) stop \(folder.path)/s3")
    folder.remove()
  }

  private static let script = "\(Program.repository)/deploy/local/radosgw"
}
