import Glibc
@testable import LocalObjectStore
import Loop
import Signing
import Testing

/// boto3 and the AWS CLI, as deploy/local/python installs them, or the machine's own.
private enum Python {
  static let bin = unsafe access(".build/python/bin/python3", X_OK) == 0 ? ".build/python/bin/" : ""
}

@Suite struct `S3's own clients` {
  @Test func `boto3 works against the store`() throws {
    try run("\(Python.bin)python3 Tests/Clients/s3.py $ENDPOINT")
  }

  @Test func `the AWS CLI works against the store`() throws {
    try run(
      """
      set -e; cd $FOLDER; PATH=$BIN$PATH; s3() { aws --endpoint-url $ENDPOINT "$@"; }
      head -c 20000000 /dev/urandom > film
      s3 s3 mb s3://cli; s3 s3 cp --no-progress film s3://cli/a/film; s3 s3 cp --no-progress s3://cli/a/film back
      cmp film back; s3 s3 ls s3://cli/a/ | grep -q 20000000
      s3 s3api get-object --bucket cli --key a/film --range bytes=5-9 part >&2; cmp -n 5 -i 5:0 film part
      s3 s3 rm --recursive s3://cli; s3 s3 rb s3://cli
      """)
  }

  private func run(_ script: String) throws {
    let credentials = SignedClient.credentials
    try SignedClient.run { client in
      let store = try await LocalStore(
        on: client.loop, directory: client.path, credentials: credentials, region: "us-east-1")
      try store.serve(on: .tcp(host: "127.0.0.1", port: 0))
      var command = ChildProcess.Command("/bin/sh", ["-c", script])
      command.environment = [
        "ENDPOINT": "http://127.0.0.1:\(try #require(store.port))", "FOLDER": client.path,
        "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
        "AWS_DEFAULT_REGION": "us-east-1", "HOME": client.path,
        "BIN": Python.bin.isEmpty ? "" : "\(unsafe String(cString: getcwd(nil, 0)))/\(Python.bin):",
        "PATH": unsafe String(cString: getenv("PATH")),
      ]
      let exit = try await ChildProcess.spawn(command, on: client.loop).exit
      #expect(exit.status == 0 && exit.signal == 0)
      await store.stop()
    }
  }
}
