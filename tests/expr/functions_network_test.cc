// What must hold for functions of network addresses and networks. How their
// text is read and written is tested with engine/value/network.h.

#include <string>

#include "gtest/gtest.h"
#include "tests/expr/shown.h"

namespace stratagem::expr {
namespace {

TEST(IpTest, IsReadFromTextOrIsAnError) {
  ExpectShown({
      {"ip('192.168.0.1')", "ip('192.168.0.1')"},
      {"string(ip('2001:DB8::68'))", "'2001:db8::68'"},
      {"ip('192.168.0.256')", "error(invalid argument)"},
      {"ip('fe80::1%en0')", "error(invalid argument)"},
      {"isIP('::1')", "true"},
      {"isIP('::1::')", "false"},
      {"isIP('')", "false"},
      {"type(ip('::1')) == type(ip('1.2.3.4'))", "true"},
      {"ip(dyn(1))", "error(no matching overload)"},
      {"string(dyn(ip('1.2.3.4')))", "'1.2.3.4'"},
      {"type(ip('1.2.3.4')) == net.IP", "true"},
  });
}

TEST(IpTest, CanonicalIsHowItWouldBeWritten) {
  ExpectShown({
      {"ip.isCanonical('127.0.0.1')", "true"},
      {"ip.isCanonical('2001:db8::68')", "true"},
      {"ip.isCanonical('2001:DB8::68')", "false"},
      {"ip.isCanonical('2001:db8:0:0:0:0:0:68')", "false"},
      {"ip.isCanonical('::ffff:c0a8:1')", "false"},
      {"ip.isCanonical('127.0.0.1.0')", "error(invalid argument)"},
  });
}

TEST(IpTest, EqualityIsThatOfTheAddresses) {
  ExpectShown({
      {"ip('127.0.0.1') == ip('127.0.0.1')", "true"},
      {"ip('127.0.0.1') == ip('127.0.0.2')", "false"},
      {"ip('::1') == ip('0:0:0:0:0:0:0:1')", "true"},
      {"ip('::') == ip('0.0.0.0')", "false"},
      {"ip('::ffff:c0a8:1') == ip('192.168.0.1')", "true"},
      {"dyn(ip('::1')) == dyn('::1')", "false"},
  });
}

struct ClassCase {
  const char* address;
  // Of unspecified, loopback, global unicast, link-local multicast and
  // link-local unicast, the letters of those that hold: u l g m s.
  const char* want;
};

TEST(IpTest, ClassesAreThoseOfTheirRanges) {
  const ClassCase cases[] = {
      {"0.0.0.0", "u"},
      {"0.0.0.1", "g"},
      {"126.255.255.255", "g"},
      {"127.0.0.0", "l"},
      {"127.255.255.255", "l"},
      {"128.0.0.0", "g"},
      {"10.0.0.1", "g"},
      {"169.253.255.255", "g"},
      {"169.254.0.0", "s"},
      {"169.254.255.255", "s"},
      {"169.255.0.0", "g"},
      {"223.255.255.255", "g"},
      {"224.0.0.0", "m"},
      {"224.0.0.255", "m"},
      {"224.0.1.0", ""},
      {"239.255.255.255", ""},
      {"240.0.0.0", "g"},
      {"255.255.255.254", "g"},
      {"255.255.255.255", ""},
      {"::", "u"},
      {"::1", "l"},
      {"::2", "g"},
      {"2001:db8::1", "g"},
      {"fc00::1", "g"},
      {"fe7f::1", "g"},
      {"fe80::", "s"},
      {"febf:ffff::", "s"},
      {"fec0::", "g"},
      {"feff::1", "g"},
      {"ff02::1", "m"},
      {"ff12::1", "m"},
      {"ff01::1", ""},
      {"ff05::2", ""},
      {"::ffff:7f00:1", "l"},
  };
  World world;
  for (const ClassCase& test : cases) {
    const std::string ip = std::string("ip('") + test.address + "')";
    std::string found;
    const auto check = [&](const char* name, char letter) {
      if (world.Show(ip + "." + name + "()") == "true") found += letter;
    };
    check("isUnspecified", 'u');
    check("isLoopback", 'l');
    check("isGlobalUnicast", 'g');
    check("isLinkLocalMulticast", 'm');
    check("isLinkLocalUnicast", 's');
    EXPECT_EQ(found, test.want) << test.address;
  }
}

TEST(IpTest, FamilyIsFourOrSix) {
  ExpectShown({
      {"ip('1.2.3.4').family()", "4"},
      {"ip('::1').family()", "6"},
      {"ip('::ffff:c0a8:1').family()", "4"},
  });
}

TEST(CidrTest, IsReadFromTextOrIsAnError) {
  ExpectShown({
      {"cidr('192.168.0.1/24')", "cidr('192.168.0.1/24')"},
      {"string(cidr('2001:DB8::/32'))", "'2001:db8::/32'"},
      {"cidr('192.168.0.0/')", "error(invalid argument)"},
      {"cidr('192.168.0.0/33')", "error(invalid argument)"},
      {"isCIDR('10.0.0.1/8')", "true"},
      {"isCIDR('10.0.0.1')", "false"},
  });
}

TEST(CidrTest, ContainsAddressesOfItsFamilyWithItsPrefix) {
  ExpectShown({
      {"cidr('192.168.0.0/24').containsIP(ip('192.168.0.255'))", "true"},
      {"cidr('192.168.0.0/24').containsIP(ip('192.168.1.0'))", "false"},
      {"cidr('192.168.0.7/24').containsIP('192.168.0.1')", "true"},
      {"cidr('192.168.0.0/23').containsIP('192.168.1.255')", "true"},
      {"cidr('192.168.0.0/23').containsIP('192.168.2.0')", "false"},
      {"cidr('192.168.0.1/32').containsIP('192.168.0.1')", "true"},
      {"cidr('192.168.0.1/32').containsIP('192.168.0.0')", "false"},
      {"cidr('0.0.0.0/0').containsIP('255.1.2.3')", "true"},
      {"cidr('::/0').containsIP('1.2.3.4')", "false"},
      {"cidr('2001:db8::/33').containsIP('2001:db8:7fff::')", "true"},
      {"cidr('2001:db8::/33').containsIP('2001:db8:8000::')", "false"},
      {"cidr('10.0.0.0/8').containsIP('10.0.0')", "error(invalid argument)"},
      {"cidr('10.0.0.0/8').containsIP(dyn(1))", "error(no matching overload)"},
  });
}

TEST(CidrTest, ContainsNetworksThatAreNoWider) {
  ExpectShown({
      {"cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16'))", "true"},
      {"cidr('10.0.0.0/8').containsCIDR('10.0.0.0/8')", "true"},
      {"cidr('10.0.0.0/8').containsCIDR('10.0.0.0/7')", "false"},
      {"cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", "false"},
      {"cidr('10.0.0.0/8').containsCIDR('a00::/16')", "false"},
      {"cidr('10.0.0.0/8').containsCIDR('10.0.0.0')",
       "error(invalid argument)"},
  });
}

TEST(CidrTest, HasAnAddressAPrefixAndAMask) {
  ExpectShown({
      {"cidr('192.168.1.5/24').ip()", "ip('192.168.1.5')"},
      {"cidr('192.168.1.5/24').prefixLength()", "24"},
      {"cidr('192.168.1.5/24').masked()", "cidr('192.168.1.0/24')"},
      {"cidr('255.255.255.255/11').masked()", "cidr('255.224.0.0/11')"},
      {"cidr('255.255.255.255/0').masked()", "cidr('0.0.0.0/0')"},
      {"cidr('1.2.3.4/32').masked()", "cidr('1.2.3.4/32')"},
      {"cidr('2001:db8:ffff::1/36').masked()", "cidr('2001:db8:f000::/36')"},
      {"cidr('192.168.1.0/24').isMask()", "true"},
      {"cidr('192.168.1.5/24').isMask()", "false"},
      {"cidr('10.0.0.1/8') == cidr('10.0.0.1/8')", "true"},
      {"cidr('10.0.0.1/8') == cidr('10.0.0.2/8')", "false"},
      {"cidr('10.0.0.1/8') == cidr('10.0.0.1/9')", "false"},
  });
}

TEST(CidrTest, TypesAreToldApartBeforeTheyRun) {
  World world;
  EXPECT_NE(world.Diagnose("isIP(cidr('10.0.0.0/8'))"), "");
  EXPECT_NE(world.Diagnose("ip('1.2.3.4').masked()"), "");
  EXPECT_EQ(world.TypeOf("cidr('10.0.0.0/8').ip()"), "net.IP");
  EXPECT_EQ(world.TypeOf("cidr('10.0.0.0/8').masked()"), "net.CIDR");
}

}  // namespace
}  // namespace stratagem::expr
