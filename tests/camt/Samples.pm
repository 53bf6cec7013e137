# Statements of ISO 20022 in all versions: the same content in the places that each version has for
# it. What a version cannot say is left out (see sample()).
package Samples;
use strict;
use warnings;

our @messages = qw(052 053 054);
our %names = (
    '052' => {root => 'BkToCstmrAcctRpt', one => 'Rpt', pages => 'RptPgntn', info => 'AddtlRptInf'},
    '053' => {root => 'BkToCstmrStmt', one => 'Stmt', pages => 'StmtPgntn', info => 'AddtlStmtInf'},
    '054' => {root => 'BkToCstmrDbtCdtNtfctn', one => 'Ntfctn', pages => 'NtfctnPgntn', info => 'AddtlNtfctnInf'},
);

# tag('Ntry', 'content', ...): an element; without content there is none.
sub tag {
    my ($name, @content) = @_;
    my $content = join '', map { $_ // '' } @content;
    my ($end) = $name =~ /^(\S+)/;
    return length $content ? "<$name>$content</$end>" : '';
}

sub amount { my ($amount, $tag) = @_; return tag(($tag // 'Amt') . ' Ccy="EUR"', $amount) }

sub account {
    my ($version, $number) = @_;
    return tag('Id', tag('IBAN', $number)) if $number =~ /^[A-Z]{2}\d\d/;
    return tag('Id', $version == 1 ? tag('PrtryAcct', tag('Id', $number)) : tag('Othr', tag('Id', $number)));
}

sub party {
    my ($version, $role, $name) = @_;
    my $named = tag('Nm', $name) . '<PstlAdr><Ctry>DE</Ctry></PstlAdr>';
    return tag($role, $version >= 7 ? tag('Pty', $named) : $named);
}

sub bank { my ($version, $role, $code) = @_; return tag($role, tag('FinInstnId', tag($version >= 3 ? 'BICFI' : 'BIC', $code))) }

sub balance {
    my ($version, $type, $amount, $side, $day) = @_;
    my $code = tag('Cd', $type);
    return tag('Bal', tag('Tp', $version == 1 ? $code : tag('CdOrPrtry', $code)), amount($amount), tag('CdtDbtInd', $side),
        tag('Dt', tag('Dt', $day)));
}

sub detail {
    my ($version, $no, $amount, $side) = @_;
    my $strd = $version == 1
      ? tag('RfrdDocInf', tag('RfrdDocNb', "INV$no")) . tag('CdtrRefInf', tag('CdtrRef', "RF$no"))
      : tag('RfrdDocInf', tag('Nb', "INV$no")) . tag('CdtrRefInf', tag('Ref', "RF$no"));
    return tag('TxDtls',
        tag('Refs', tag('InstrId', "I$no"), tag('EndToEndId', "E$no"), tag('TxId', "T$no"), tag('MndtId', "M$no")),
        $version >= 3 ? amount($amount) . tag('CdtDbtInd', $side) : '',
        tag('AmtDtls', tag('TxAmt', amount($amount))),
        tag('RltdPties', party($version, 'Dbtr', "Debtor $no"), tag('DbtrAcct', account($version, "DE0012$no")),
            party($version, 'Cdtr', "Creditor $no"), tag('CdtrAcct', account($version, "77-$no"))),
        tag('RltdAgts', bank($version, 'DbtrAgt', 'DEUTDEFF')),
        tag('RmtInf', tag('Ustrd', "Invoice $no"), tag('Ustrd', 'second line'), tag('Strd', $strd)));
}

# Entry: amount, side, day, then options: reversal, status, details (amounts).
sub entry {
    my ($version, $no, $amount, $side, $day, %option) = @_;
    my $status = $option{status} // 'BOOK';
    my $n = 0;
    my @details = map { detail($version, $no . ++$n, $_, $side) } @{$option{details} // []};
    my $batch = @details > 1 ? tag('Btch', tag('PmtInfId', "P$no"), tag('NbOfTxs', scalar @details)) : '';
    return tag('Ntry',
        amount($amount), tag('CdtDbtInd', $side), $option{reversal} ? tag('RvslInd', 'true') : '',
        tag('Sts', $version >= 7 ? tag('Cd', $status) : $status),
        tag('BookgDt', $no % 2 ? tag('Dt', $day) : tag('DtTm', "${day}T10:00:00+01:00")), tag('ValDt', tag('Dt', $day)),
        tag('AcctSvcrRef', "R$no"),
        tag('BkTxCd', tag('Domn', tag('Cd', 'PMNT'), tag('Fmly', tag('Cd', 'RCDT'), tag('SubFmlyCd', 'ESCT'))), tag('Prtry', tag('Cd', "B$no"))),
        $version == 1 ? ($batch, @details) : tag('NtryDtls', $batch, @details),
        tag('AddtlNtryInf', "entry $no &amp; more"));
}

sub totals {
    my ($version, $count, $credits, $debits, $net) = @_;
    return tag('TxsSummry',
        tag('TtlNtries', tag('NbOfNtries', $count),
            $version >= 4 ? tag('TtlNetNtry', tag('Amt', $net), tag('CdtDbtInd', 'CRDT'))
              : tag('TtlNetNtryAmt', $net) . tag('CdtDbtInd', 'CRDT')),
        tag('TtlCdtNtries', tag('NbOfNtries', $count - 1), tag('Sum', $credits)),
        tag('TtlDbtNtries', tag('NbOfNtries', 1), tag('Sum', $debits)));
}

# The whole document. Not in every version: the amount and side of a detail (since 03), the page of a
# statement (since 04). camt.054 has no balances.
sub sample {
    my ($message, $version, $prefix) = @_;
    my $name = $names{$message};
    my $has_balances = $message ne '054';
    my @statements = (
        tag($name->{one}, tag('Id', 'STMT-1'), $version >= 4 ? tag($name->{pages}, tag('PgNb', 1), tag('LastPgInd', 'true')) : '',
            tag('ElctrncSeqNb', 7), tag('CreDtTm', '2024-03-02T00:00:00+01:00'),
            tag('FrToDt', tag('FrDtTm', '2024-03-01T00:00:00+01:00'), tag('ToDtTm', '2024-03-01T23:59:59+01:00')),
            tag('Acct', account($version, 'DE89370400440532013000'), tag('Ccy', 'EUR'), tag('Ownr', tag('Nm', 'Owner Ltd')),
                bank($version, 'Svcr', 'COBADEFF')),
            $has_balances ? (balance($version, 'OPBD', '100.00', 'CRDT', '2024-03-01'), balance($version, 'CLBD', '135.50', 'CRDT', '2024-03-01'),
                balance($version, 'CLAV', '30.00', 'DBIT', '2024-03-01')) : (),
            totals($version, 4, '60.50', '25.00', '35.50'),
            entry($version, 1, '30.00', 'CRDT', '2024-03-01', details => ['30.00']),
            entry($version, 2, '25.00', 'DBIT', '2024-03-01', details => ['5.00', '8.00', '12.00']),
            entry($version, 3, '25.50', 'CRDT', '2024-03-01', reversal => 1, details => ['25.50']),
            entry($version, 4, '5.00', 'CRDT', '2024-03-01'),
            entry($version, 5, '99.00', 'CRDT', '2024-03-02', status => 'PDNG'),
            tag($name->{info}, 'first')),
        tag($name->{one}, tag('Id', 'STMT-2'), tag('ElctrncSeqNb', 8), tag('CreDtTm', '2024-03-02T00:00:00+01:00'),
            tag('Acct', account($version, '4711'), tag('Ccy', 'EUR')),
            $has_balances ? (balance($version, 'OPBD', '1.00', 'DBIT', '2024-03-01'), balance($version, 'CLBD', '8.00', 'CRDT', '2024-03-01')) : (),
            entry($version, 1, '10.00', 'CRDT', '2024-03-01')));
    my $root = $name->{root} . ($version == 1 ? 'V01' : '');
    my $space = sprintf 'urn:iso:std:iso:20022:tech:xsd:camt.%s.001.%02d', $message, $version;
    my $body = tag($root, tag('GrpHdr', tag('MsgId', 'MSG'), tag('CreDtTm', '2024-03-02T00:00:00+01:00')), @statements);
    my $text = qq(<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="$space">$body</Document>\n);
    $text =~ s/></>\n</g;
    if ($prefix) {
        $text =~ s/<(\/?)(\w)/<$1$prefix:$2/g;
        $text =~ s/ xmlns=/ xmlns:$prefix=/;
    }
    return $text;
}

# One entry of COUNT payments of 1.00.
sub many {
    my ($count) = @_;
    my $entry = entry(8, 1, "$count.00", 'CRDT', '2024-03-01', details => [('1.00') x $count]);
    return qq(<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">)
      . tag('BkToCstmrStmt', tag('Stmt', tag('Id', 'S'), tag('Acct', account(8, '4711')), $entry)) . '</Document>';
}

1;
