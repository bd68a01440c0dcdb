import ArgumentParser
import FHIR
import Foundation
import NIOCore
import NIOPosix

/// The command `kangqu`: one verb for each thing that a person or a script does with the platform.
@main
struct Kangqu: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kangqu",
    abstract: "康衢 区域全民健康信息平台 · a region's health-information platform",
    discussion: """
      Results go to standard output, talk to standard error. The exit code is 0
      only when everything asked was done. 结果写到标准输出,说明写到标准错误。

      EXAMPLE
        kangqu demo
      """,
    version: "kangqu 0.1.0",
    subcommands: [
      Serve.self, Load.self, PeopleCommand.self, Terms.self, Evaluate.self, Validate.self,
      Seed.self, CardCommand.self, BackupCommand.self, Restore.self, Verify.self, Demo.self,
      Bench.self,
    ])

  static func main() async {
    // A reader that went away (`kangqu … | head`) is no reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    // Requests are answered where they are read: no change of threads between network and work.
    NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let anomaly as Anomaly {
      Talk.say(anomaly)
      Foundation.exit(ExitCode.failure.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}
