// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Where the test runner listens for cheat codes.
IVm constant VM = IVm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @title The few cheat codes that the tests use.
/// @author Trigate
/// @notice Own and short, because the usual package takes four times as long to compile as the tests.
interface IVm {
    /// @notice The next call must revert with exactly these bytes.
    /// @param revertData The bytes.
    function expectRevert(bytes calldata revertData) external;

    /// @notice Reads a text file; the folder must be allowed in the configuration.
    /// @param path Where it is.
    /// @return text Its contents.
    function readFile(string calldata path) external view returns (string memory text);

    /// @notice Drops this run of a fuzz test when the condition does not hold.
    /// @param condition What the inputs must satisfy.
    function assume(bool condition) external pure;

    /// @notice Reads hexadecimal bytes out of a JSON text.
    /// @param json The text.
    /// @param key Where in it, such as `.bytecode`.
    /// @return value The bytes.
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory value);
}

